package io.countersign.activities.adapter.files;

import io.countersign.activities.adapter.remote.Address;
import io.countersign.activities.tier.TierRule;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Span;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a gate policy must hold to beyond its schema. */
final class GateRules {
  private final GatePolicy policy;
  private final Problems problems;

  private GateRules(GatePolicy policy, Problems problems) {
    this.policy = policy;
    this.problems = problems;
  }

  static void check(GatePolicy policy, Problems problems) {
    GateRules rules = new GateRules(policy, problems);
    rules.sources();
    rules.issuers();
    rules.systems();
    rules.ci();
    rules.freezes();
    rules.tiers();
  }

  private void sources() {
    List<GatePolicy.HttpsPlace> places = Objects.requireNonNull(policy.sources().https());
    for (int i = 0; i < places.size(); i++) {
      List<Object> field = List.of("sources", "https", i, "prefix");
      address(field, places.get(i).prefix());
      if (!places.get(i).prefix().endsWith("/")) {
        problems.add(
            field, Problems.quoted(places.get(i).prefix()), "a prefix with a slash at its end");
      }
    }
    List<GatePolicy.MlflowPlace> servers = Objects.requireNonNull(policy.sources().mlflow());
    Set<String> names = new HashSet<>();
    for (int i = 0; i < servers.size(); i++) {
      if (!names.add(servers.get(i).name())) {
        problems.add(
            List.of("sources", "mlflow", i, "name"), "a server a second time", "each name once");
      }
    }
    List<GatePolicy.OciPlace> registries = Objects.requireNonNull(policy.sources().oci());
    for (int i = 0; i < registries.size(); i++) {
      String realm = registries.get(i).tokenRealm();
      if (realm != null) {
        address(List.of("sources", "oci", i, "tokenRealm"), realm);
      }
    }
  }

  private void address(List<Object> field, String text) {
    try {
      Address.parse(text);
    } catch (IllegalArgumentException e) {
      problems.add(field, Problems.quoted(text), String.valueOf(e.getMessage()));
    }
  }

  private void issuers() {
    policy
        .issuers()
        .forEach(
            (name, issuer) -> {
              boolean keys = issuer.publicKeys() != null && !issuer.publicKeys().isEmpty();
              requireOne(List.of("issuers", name), keys, issuer.jwksUrl(), "publicKeys", "jwksUrl");
            });
  }

  private void requireOne(
      List<Object> field, boolean first, @Nullable String second, String a, String b) {
    if (first == (second != null)) {
      problems.add(
          field,
          first ? "both " + a + " and " + b : "neither",
          "exactly one of " + a + " and " + b);
    }
  }

  private void systems() {
    for (int i = 0; i < policy.systems().size(); i++) {
      GatePolicy.SystemPolicy system = policy.systems().get(i);
      ordered(List.of("systems", i, "tokenTtl"), system.tokenTtl(), system.validity(), "validity");
      Set<List<String>> sets = new HashSet<>();
      for (int s = 0; s < system.policySets().size(); s++) {
        if (!sets.add(system.policySets().get(s))) {
          problems.add(
              List.of("systems", i, "policySets", s), "a set a second time", "each set once");
        }
      }
    }
  }

  private void ordered(List<Object> field, Span shorter, Span longer, String name) {
    if (shorter.compareTo(longer) > 0) {
      problems.add(field, shorter.toString(), "at most the " + name + ", " + longer);
    }
  }

  private void ci() {
    List<GatePolicy.CiRule> rules = policy.ci() == null ? List.of() : policy.ci();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < rules.size(); i++) {
      GatePolicy.CiRule rule = rules.get(i);
      requireOne(List.of("ci", i), rule.jwks() != null, rule.jwksUrl(), "jwks", "jwksUrl");
      if (!names.add(rule.name())) {
        problems.add(List.of("ci", i, "name"), "a CI system a second time", "each name once");
      }
      boolean people = rule.people() != null && !rule.people().isEmpty();
      if (people && rule.personClaim() == null) {
        problems.add(List.of("ci", i, "people"), "people without personClaim", "both or neither");
      }
    }
  }

  private void freezes() {
    List<GatePolicy.Freeze> freezes = policy.freezes() == null ? List.of() : policy.freezes();
    for (int i = 0; i < freezes.size(); i++) {
      Instant from = time(List.of("freezes", i, "from"), freezes.get(i).from());
      Instant until = time(List.of("freezes", i, "until"), freezes.get(i).until());
      if (from != null && until != null && !from.isBefore(until)) {
        problems.add(List.of("freezes", i, "until"), until.toString(), "a time after " + from);
      }
    }
  }

  private @Nullable Instant time(List<Object> field, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      problems.add(field, Problems.quoted(text), "a time of the calendar in UTC");
      return null;
    }
  }

  private void tiers() {
    for (int i = 0; i < policy.tiers().size(); i++) {
      GatePolicy.Tier tier = policy.tiers().get(i);
      ordered(
          List.of("tiers", i, "caps", "tokenTtl"),
          tier.caps().tokenTtl(),
          tier.caps().validity(),
          "validity");
      rules(i, tier);
      emergency(i, tier);
      GatePolicy.SignOffRules signOffs = tier.signOffs();
      List<Span> reminders = signOffs.reminders() == null ? List.of() : signOffs.reminders();
      for (Span reminder : reminders) {
        if (reminder.compareTo(signOffs.deadline()) >= 0) {
          problems.add(
              List.of("tiers", i, "signOffs", "reminders"),
              reminder.toString(),
              "less than the deadline, " + signOffs.deadline());
        }
      }
    }
  }

  private void rules(int tier, GatePolicy.Tier of) {
    for (int i = 0; i < of.when().size(); i++) {
      String rule = of.when().get(i).rule();
      if (rule != null) {
        List<Object> field = List.of("tiers", tier, "when", i, "rule");
        TierRule.problem(rule)
            .ifPresent(
                problem ->
                    problems.add(
                        field,
                        problem,
                        "a boolean expression in CEL over release, diff and scope"));
      }
    }
  }

  /**
   * An emergency is short in everything: minutes to sign, days to live, a review before its end.
   */
  private void emergency(int i, GatePolicy.Tier tier) {
    GatePolicy.Emergency emergency = tier.emergency();
    if (emergency == null) {
      return;
    }
    atMost(List.of("tiers", i, "signOffs", "deadline"), tier.signOffs().deadline(), "4h");
    atMost(List.of("tiers", i, "caps", "validity"), tier.caps().validity(), "14d");
    ordered(
        List.of("tiers", i, "emergency", "review"),
        emergency.review(),
        tier.caps().validity(),
        "validity");
  }

  private void atMost(List<Object> field, Span found, String limit) {
    if (found.compareTo(Span.parse(limit)) > 0) {
      problems.add(field, found.toString(), "at most " + limit + " in an emergency tier");
    }
  }
}
