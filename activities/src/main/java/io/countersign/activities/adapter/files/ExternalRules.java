package io.countersign.activities.adapter.files;

import io.countersign.policy.ExternalWorker;
import io.countersign.policy.GatePolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a gate policy must hold to where other people's workers answer checks. */
final class ExternalRules {
  private final Function<String, String> fingerprint;
  private final Problems problems;

  private ExternalRules(Function<String, String> fingerprint, Problems problems) {
    this.fingerprint = fingerprint;
    this.problems = problems;
  }

  static void check(GatePolicy policy, Function<String, String> fingerprint, Problems problems) {
    ExternalRules rules = new ExternalRules(fingerprint, problems);
    rules.keys(List.of("decisionNodes"), policy.decisionNodes());
    for (int t = 0; t < policy.tiers().size(); t++) {
      List<GatePolicy.CheckRule> checks = policy.tiers().get(t).checks();
      for (int c = 0; c < checks.size(); c++) {
        rules.keys(t, c, checks.get(c).worker());
      }
    }
  }

  private void keys(int tier, int check, @Nullable ExternalWorker worker) {
    if (worker != null) {
      keys(List.of("tiers", tier, "checks", check, "worker", "keys"), worker.keys());
    }
  }

  private void keys(List<Object> list, List<String> keys) {
    Set<String> names = new HashSet<>();
    for (int k = 0; k < keys.size(); k++) {
      List<Object> field = new ArrayList<>(list);
      field.add(k);
      try {
        if (!names.add(fingerprint.apply(keys.get(k)))) {
          problems.add(field, "a key a second time", "each key once");
        }
      } catch (IllegalArgumentException e) {
        problems.add(
            field,
            "a key that is refused",
            "a usable key: " + Problems.shorten(String.valueOf(e.getMessage())));
      }
    }
  }
}
