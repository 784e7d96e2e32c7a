package io.countersign.activities.signoff;

import io.countersign.activities.port.Bearers;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.Grounds;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.release.Standing;
import io.countersign.activity.DecisionView;
import io.countersign.activity.DecisionView.Status;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.activity.MessageOutcome;
import io.countersign.failure.FailureType;
import io.countersign.policy.Withdrawn;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.StatementNonce;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.Order;
import io.countersign.signoff.OrderKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes orders. Rights are read fresh; an order that takes access away asks for nothing but the
 * right to give it (I13).
 */
public final class OrderDesk {
  private final SignedStatements statements;
  private final Evidence evidence;
  private final ReleaseRecord record;
  private final Ledger ledger;

  public OrderDesk(
      SignedStatements statements, Evidence evidence, ReleaseRecord record, Ledger ledger) {
    this.statements = statements;
    this.evidence = evidence;
    this.record = record;
    this.ledger = ledger;
  }

  MessageOutcome take(
      AssessRequest request, byte[] envelope, Dossier dossier, Rules now, @Nullable String bearer) {
    Order order = statements.order(envelope, now.keys());
    boolean again =
        record.entries().orders(dossier.id()).stream()
            .anyMatch(entry -> entry.key().equals(EntryKey.order(order.statementDigest())));
    if (again && !due(order, dossier)) {
      throw refused(FailureType.REPLAYED, order, FailureType.REPLAYED.sentence());
    }
    if (!again) {
      requireNamed(order, dossier);
      requireRight(order, dossier, now);
      requireFits(order, request, dossier);
      requireLater(order, dossier);
      requireSuppliers(order, dossier, now);
    }
    DecisionView decision = decision(dossier, now);
    if (!again) {
      if (order.kind() == OrderKind.RESTORE
          && (decision == null || decision.status() != Status.APPROVED)) {
        throw refused(
            FailureType.NOT_APPROVED,
            order,
            "restoring needs the requirements met. " + missing(decision));
      }
      accept(request, order, dossier, bearer);
    }
    return new MessageOutcome(
        null,
        null,
        null,
        order.kind(),
        order.release(),
        order.person(),
        order.statementDigest(),
        "orders " + order.kind() + " of " + order.release() + ": " + order.reason(),
        decision,
        bearer);
  }

  /**
   * Whether an order that stands in the record is still the last word. An activity that is tried
   * again must be followed; an envelope that somebody sends again after its effect was ended must
   * not.
   */
  private boolean due(Order order, Dossier dossier) {
    Standing standing = Standing.of(record, dossier.id());
    return switch (order.kind()) {
      case WITHDRAW, RETIRE -> standing == Standing.ENDED;
      case SUSPEND -> standing == Standing.SUSPENDED;
      case RESTORE -> standing == Standing.CLEAR;
      case ROLLBACK -> standing == Standing.ENDED || standing == Standing.CLEAR;
      case RECHECK -> false;
    };
  }

  /**
   * An order names this release, or it rolls back the successor whose predecessor this release is.
   */
  private void requireNamed(Order order, Dossier dossier) {
    ReleaseId named = order.release();
    FrozenRelease frozen =
        record
            .releases()
            .frozen(named)
            .orElseThrow(() -> refused(FailureType.WRONG_RELEASE, order, "no release " + named));
    boolean own = named.equals(dossier.id());
    boolean ofSuccessor =
        order.kind() == OrderKind.ROLLBACK && dossier.id().equals(frozen.predecessor());
    if (!(own || ofSuccessor) || !frozen.releaseDigest().equals(order.releaseDigest())) {
      throw refused(
          FailureType.WRONG_RELEASE,
          order,
          "the order names " + named + " or another digest of it");
    }
  }

  private void requireRight(Order order, Dossier dossier, Rules now) {
    OrderRights.objection(order, now.approvers(), dossier.frozen().submitter(), ledger.now())
        .ifPresent(
            type -> {
              throw refused(type, order, type.sentence());
            });
  }

  private void requireFits(Order order, AssessRequest request, Dossier dossier) {
    GateState state = request.state();
    boolean ofSuccessor = !order.release().equals(dossier.id());
    boolean fits =
        switch (order.kind()) {
          case WITHDRAW -> state.beforeLive();
          case RECHECK -> state == GateState.AWAITING_SIGN_OFF;
          case SUSPEND -> state == GateState.LIVE;
          case RESTORE -> state == GateState.SUSPENDED;
          case RETIRE -> !state.beforeLive() && !state.ended();
          case ROLLBACK ->
              ofSuccessor
                  ? state == GateState.STANDBY
                      || state == GateState.LIVE
                      || state == GateState.REVOKING
                  : state == GateState.LIVE
                      || state == GateState.SUSPENDED
                      || state == GateState.REVOKING;
        };
    if (!fits) {
      throw refused(FailureType.NOT_NOW, order, "the release is " + state);
    }
  }

  /** An order that was held back must not end a suspension that its signer knew nothing of. */
  private void requireLater(Order order, Dossier dossier) {
    if (order.kind() == OrderKind.RESTORE
        && Standing.suspendedAt(record, dossier.id())
            .filter(order.issuedAt()::isBefore)
            .isPresent()) {
      throw refused(
          FailureType.NOT_NOW, order, "the order was signed before the release was suspended");
    }
  }

  /** Whoever restores a release restores what it depends on. */
  private void requireSuppliers(Order order, Dossier dossier, Rules now) {
    if (order.kind() == OrderKind.RESTORE) {
      Withdrawn.of(now.policy(), dossier.manifest(), ledger.now()).stream()
          .findFirst()
          .ifPresent(
              withdrawn -> {
                throw refused(FailureType.SUPPLIER_WITHDRAWN, order, withdrawn.toString());
              });
    }
  }

  private static String missing(@Nullable DecisionView decision) {
    String missing = decision == null ? "Missing: the review." : decision.missing();
    return missing == null ? FailureType.REJECTED.sentence() : missing;
  }

  private @Nullable DecisionView decision(Dossier dossier, Rules now) {
    int round = record.releases().reviewRound(dossier.id());
    Optional<Digest> review = evidence.reviewDigest(dossier.id(), round);
    return review
        .map(
            digest ->
                Grounds.judged(
                        round,
                        dossier.requirements(digest, now),
                        evidence.checks(dossier, round),
                        evidence.signOffs(dossier.id(), now.keys()),
                        ledger.now())
                    .view())
        .orElse(null);
  }

  private void accept(
      AssessRequest request, Order order, Dossier dossier, @Nullable String bearer) {
    String nonce =
        order.release().equals(dossier.id())
            ? order.nonce()
            // The same order is recorded at both releases; its nonce is used up once at each.
            : order.nonce() + "@" + dossier.id();
    record
        .entries()
        .accept(
            ledger.entry(
                request.release(),
                EntryKind.ORDER,
                order.person(),
                EntryKey.order(order.statementDigest()),
                body -> {
                  body.set("envelope", Ledger.tree(request.envelope()));
                  if (bearer != null) {
                    body.put(Bearers.FIELD, bearer);
                  }
                  body.put("order", order.kind().toString());
                  body.put("names", order.release().toString());
                }),
            new StatementNonce(order.person(), nonce));
  }

  private static MessageActivitiesImpl.Refused refused(
      FailureType type, Order order, String detail) {
    return new MessageActivitiesImpl.Refused(type, order.person(), order.statementDigest(), detail);
  }
}
