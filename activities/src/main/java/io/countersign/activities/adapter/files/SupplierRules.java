package io.countersign.activities.adapter.files;

import io.countersign.policy.Supplier;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What the suppliers of a gate policy must hold to beyond the schema. Names, hosts, digests and
 * keys each belong to one supplier: a withdrawal must not depend on which of two is meant.
 */
final class SupplierRules {
  private final Problems problems;
  private final Set<String> names = new HashSet<>();
  private final Set<String> places = new HashSet<>();
  private final Set<Object> digests = new HashSet<>();
  private final Set<String> keys = new HashSet<>();

  private SupplierRules(Problems problems) {
    this.problems = problems;
  }

  static void check(
      List<Supplier> suppliers, Function<String, String> fingerprint, Problems problems) {
    SupplierRules rules = new SupplierRules(problems);
    for (int i = 0; i < suppliers.size(); i++) {
      rules.supplier(i, suppliers.get(i));
      rules.keys(i, suppliers.get(i).keys(), fingerprint);
    }
  }

  private void supplier(int i, Supplier supplier) {
    once(names.add(supplier.name()), List.of("suppliers", i, "name"), "a supplier");
    for (int e = 0; e < supplier.endpoints().size(); e++) {
      once(
          places.add(supplier.endpoints().get(e)),
          List.of("suppliers", i, "endpoints", e),
          "a host");
    }
    for (int d = 0; d < supplier.digests().size(); d++) {
      once(
          digests.add(supplier.digests().get(d)),
          List.of("suppliers", i, "digests", d),
          "a digest");
    }
    Supplier.Withdrawal withdrawal = supplier.withdrawn();
    if (withdrawal != null && !isTime(withdrawal.since())) {
      problems.add(
          List.of("suppliers", i, "withdrawn", "since"),
          Problems.quoted(withdrawal.since()),
          "a time of the calendar in UTC");
    }
  }

  private void keys(int i, List<String> texts, Function<String, String> fingerprint) {
    for (int k = 0; k < texts.size(); k++) {
      List<Object> field = List.of("suppliers", i, "keys", k);
      try {
        once(keys.add(fingerprint.apply(texts.get(k))), field, "a key");
      } catch (IllegalArgumentException e) {
        problems.add(
            field,
            "a key that is refused",
            "a usable key: " + Problems.shorten(String.valueOf(e.getMessage())));
      }
    }
  }

  private void once(boolean first, List<Object> field, String what) {
    if (!first) {
      problems.add(field, what + " a second time", "each once, with one supplier");
    }
  }

  private static boolean isTime(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
