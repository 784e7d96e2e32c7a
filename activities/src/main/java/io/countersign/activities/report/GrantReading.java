package io.countersign.activities.report;

import io.countersign.activities.report.GrantLife.Ordered;
import io.countersign.activities.report.GrantLife.Policy;
import io.countersign.activities.report.GrantLife.Proof;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads each grant from its beginning to the proof of its end. */
final class GrantReading {
  private static final Set<EntryKind> TELLING =
      Set.of(EntryKind.GRANT, EntryKind.REVOCATION, EntryKind.REVOCATION_PROVED);

  private final Map<String, GrantLife> lives = new LinkedHashMap<>();
  private @Nullable String open;

  private GrantReading() {}

  static List<GrantLife> lives(Sources sources) {
    GrantReading reading = new GrantReading();
    sources.entries().stream()
        .filter(entry -> TELLING.contains(entry.kind()))
        .forEach(reading::take);
    return List.copyOf(reading.lives.values());
  }

  private void take(Entry entry) {
    Told body = Told.of(entry);
    switch (entry.kind()) {
      case GRANT -> {
        GrantLife life = begun(entry, body);
        lives.put(life.grantId(), life);
        open = life.grantId();
      }
      case REVOCATION -> {
        if (open != null) {
          Ordered ordered =
              new Ordered(entry.seq(), entry.at(), body.line("next"), body.line("reason"));
          lives.computeIfPresent(
              open,
              (id, life) -> life.ordered() == null ? with(life, ordered, life.proof()) : life);
        }
      }
      default ->
          lives.computeIfPresent(
              body.line("grantId"),
              (id, life) -> with(life, life.ordered(), proof(entry, body.at("proof"))));
    }
  }

  private static GrantLife begun(Entry entry, Told body) {
    Told spec = body.at("spec");
    Told digests = body.at("proof").at("policies");
    List<Policy> policies = new ArrayList<>();
    for (String policy : spec.texts("policies")) {
      policies.add(new Policy(policy, digests.line(policy)));
    }
    return new GrantLife(
        entry.seq(),
        entry.at(),
        body.line("grantId"),
        body.line("slot"),
        policies,
        spec.line("tokenTtl"),
        spec.line("explicitMaxTtl"),
        spec.line("subject"),
        spec.line("audience"),
        body.instant("expiresAt"),
        null,
        null);
  }

  private static Proof proof(Entry entry, Told proof) {
    return new Proof(
        entry.seq(),
        entry.at(),
        proof.flag("roleWasPresent"),
        proof.number("leasesFound"),
        proof.number("rounds"),
        proof.instant("firstEmptyAt"),
        proof.texts("dynamicSecretsChecked"),
        proof.texts("readable"));
  }

  private static GrantLife with(GrantLife life, @Nullable Ordered ordered, @Nullable Proof proof) {
    return new GrantLife(
        life.seq(),
        life.at(),
        life.grantId(),
        life.slot(),
        life.policies(),
        life.tokenTtl(),
        life.maxTtl(),
        life.subject(),
        life.audience(),
        life.expiresAt(),
        ordered,
        proof);
  }
}
