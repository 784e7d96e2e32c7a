package io.countersign.activities.audit;

import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.ReleaseEnd;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.signoff.Order;
import io.countersign.signoff.OrderKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a release ended. Which end the gate names is its word, but for two: nothing is rolled back
 * that nobody ordered to be, and nothing is retired that never lived and that nobody ordered to be.
 */
final class Ends {
  private final Consumer<Finding> findings;
  private final List<Given> orders = new ArrayList<>();
  private @Nullable String end;

  private record Given(Order order, long seq, boolean ofThis) {}

  Ends(Consumer<Finding> findings) {
    this.findings = findings;
  }

  /** An order whose signature and right hold. */
  void ordered(Order order, Told told, Dossier dossier) {
    orders.add(new Given(order, told.seq(), order.release().equals(dossier.id())));
  }

  /** Every entry comes by here, after it was looked at. */
  void tell(Told told, boolean granted) {
    String before = end;
    end = ReleaseEnd.after(end, told.kind(), () -> told.text("state"));
    if (told.kind() == EntryKind.COMPLETE && end != null && !end.equals(before)) {
      requireReason(told, end, granted);
    }
  }

  /** The state in which the record was closed. */
  Optional<String> end() {
    return Optional.ofNullable(end);
  }

  private void requireReason(Told told, String state, boolean granted) {
    boolean fits =
        switch (parse(told, state)) {
          case ROLLED_BACK -> ordered(OrderKind.ROLLBACK).isPresent();
          case RETIRED -> granted || ordered(OrderKind.RETIRE).isPresent();
          default -> true;
        };
    if (!fits) {
      findings.accept(
          new Finding(
              Flaw.OUT_OF_ORDER,
              0,
              told.seq(),
              "the record ends as "
                  + state
                  + (granted
                      ? ", and nobody ordered that"
                      : ", and no access was ever given or such an end ordered")));
    }
  }

  private static GateState parse(Told told, String state) {
    for (GateState one : GateState.values()) {
      if (one.name().equals(state) && one.ended()) {
        return one;
      }
    }
    throw new IllegalArgumentException("entry " + told.seq() + " names no end of a release");
  }

  private Optional<Given> ordered(OrderKind kind) {
    return orders.stream()
        .filter(given -> given.ofThis() && given.order().kind() == kind)
        .reduce((earlier, later) -> later);
  }

  /** How the record was closed and on whose word; nothing while it is open. */
  Optional<String> sentence() {
    String closed = end;
    if (closed == null) {
      return Optional.empty();
    }
    Optional<OrderKind> kind =
        switch (GateState.valueOf(closed)) {
          case ROLLED_BACK -> Optional.of(OrderKind.ROLLBACK);
          case RETIRED -> Optional.of(OrderKind.RETIRE);
          case WITHDRAWN -> Optional.of(OrderKind.WITHDRAW);
          default -> Optional.empty();
        };
    String by =
        kind.flatMap(this::ordered)
            .map(given -> ", ordered by " + given.order().person() + " (entry " + given.seq() + ")")
            .orElse("");
    return Optional.of("The record is closed: " + closed + by + ".");
  }

  /** Whether the end is the gate's word: nobody signed for it. */
  boolean byTheGate() {
    return sentence().filter(said -> !said.contains(", ordered by ")).isPresent();
  }
}
