package io.countersign.activities.adapter.files;

import io.countersign.policy.GatePolicy;
import io.countersign.release.Span;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
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
    rules.issuers();
    rules.systems();
    rules.ci();
    rules.freezes();
    rules.tiers();
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
}
