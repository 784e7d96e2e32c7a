package io.countersign.activities.audit;

import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.signoff.OrderRights;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKey;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.Order;
import io.countersign.signoff.OrderKind;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Orders as people signed them: whose, of what, and by which right. */
final class Orders {
  private final SignedStatements statements;
  private final Ends ends;
  private final Consumer<Finding> findings;

  Orders(SignedStatements statements, Ends ends, Consumer<Finding> findings) {
    this.statements = statements;
    this.ends = ends;
    this.findings = findings;
  }

  /**
   * Takes an order.
   *
   * @return whether it brings this release back: it holds, and rolls back a successor
   */
  boolean take(
      Told told,
      Numbered received,
      Dossier dossier,
      List<Rules> inForce,
      @Nullable Instant stamped) {
    Finding first = null;
    for (Rules one : inForce) {
      Optional<Finding> wrong = order(told, received, dossier, one, stamped);
      if (wrong.isEmpty()) {
        return !told.text("names").equals(dossier.id().toString());
      }
      first = first == null ? wrong.get() : first;
    }
    findings.accept(Objects.requireNonNull(first));
    return false;
  }

  private Optional<Finding> order(
      Told told, Numbered received, Dossier dossier, Rules now, @Nullable Instant stamped) {
    Order order;
    try {
      order = statements.order(received.line().bytes(), now.keys());
    } catch (GateException refused) {
      return Optional.of(Hearing.finding(refused, received, told));
    }
    boolean same =
        told.entry().key().equals(EntryKey.order(order.statementDigest()))
            && told.entry().actor().equals(order.person())
            && told.text("order").equals(order.kind().toString())
            && told.text("names").equals(order.release().toString())
            && named(order, dossier);
    if (!same) {
      return Optional.of(
          Hearing.foreign(received, told, "the order says something else than its entry"));
    }
    String submitter = dossier.frozen().submitter();
    Optional<FailureType> objection =
        OrderRights.objection(order, now.approvers(), submitter, told.at());
    if (objection.isEmpty() && stamped != null && stamped.isBefore(order.expiresAt())) {
      objection = OrderRights.objection(order, now.approvers(), submitter, stamped);
    }
    if (objection.isEmpty()) {
      ends.ordered(order, told, dossier);
    }
    return objection.map(type -> Hearing.refused(type, received, told));
  }

  /** An order names this release, or rolls a successor of it back. */
  private static boolean named(Order order, Dossier dossier) {
    ReleaseId named = order.release();
    if (named.equals(dossier.id())) {
      return order.releaseDigest().equals(dossier.frozen().releaseDigest());
    }
    return order.kind() == OrderKind.ROLLBACK
        && named.equals(dossier.id().withVersion(named.version()));
  }
}
