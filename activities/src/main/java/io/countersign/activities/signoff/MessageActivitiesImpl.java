package io.countersign.activities.signoff;

import io.countersign.activities.port.Bearers;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.port.SignedStatements.Kind;
import io.countersign.activities.release.Decisions;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.MessageActivities;
import io.countersign.activity.MessageOutcome;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Verifies, decides and records one envelope; what is refused is recorded beside what is accepted
 * (I5).
 */
public final class MessageActivitiesImpl implements MessageActivities {
  /** Refusals of senders who proved nothing that one release records; the rest is counted. */
  private static final int STRANGERS = 100;

  private final SignedStatements statements;
  private final Dossiers dossiers;
  private final GateRules rules;
  private final ReleaseRecord record;
  private final Decisions decisions;
  private final Ledger ledger;
  private final SignOffDesk signOffs;
  private final OrderDesk orders;
  private final Bearers bearers;

  public MessageActivitiesImpl(
      SignedStatements statements,
      Dossiers dossiers,
      GateRules rules,
      ReleaseRecord record,
      Decisions decisions,
      Ledger ledger,
      SignOffDesk signOffs,
      OrderDesk orders,
      Bearers bearers) {
    this.statements = statements;
    this.dossiers = dossiers;
    this.rules = rules;
    this.record = record;
    this.decisions = decisions;
    this.ledger = ledger;
    this.signOffs = signOffs;
    this.orders = orders;
    this.bearers = bearers;
  }

  @Override
  public MessageOutcome assess(AssessRequest request) {
    byte[] envelope = request.envelope().getBytes(StandardCharsets.UTF_8);
    Dossier dossier = dossiers.of(request.release());
    Rules now = rules.now();
    decisions.rights(dossier, now);
    String bearer = bearers.message(request.envelope()).orElse(null);
    try {
      Kind kind = statements.kind(envelope);
      return kind == Kind.ORDER
          ? orders.take(request, envelope, dossier, now, bearer)
          : signOffs.take(request, envelope, dossier, now, bearer);
    } catch (Refused refused) {
      return refuse(
          request, refused.person(), refused.statement(), refused.type(), refused.detail(), bearer);
    } catch (GateException failure) {
      if (failure.type().retryable()) {
        throw failure;
      }
      return refuse(request, null, Digest.of(envelope), failure.type(), detail(failure), bearer);
    }
  }

  private MessageOutcome refuse(
      AssessRequest request,
      @Nullable String person,
      Digest message,
      FailureType type,
      String detail,
      @Nullable String bearer) {
    NewEntry entry =
        ledger.entry(
            request.release(),
            EntryKind.REFUSAL,
            person == null ? "unknown" : person,
            EntryKey.refusal(message, type),
            body -> {
              if (bearer != null) {
                body.put(Bearers.FIELD, bearer);
              }
              body.put("type", type.name())
                  .put("statement", message.toString())
                  .put("detail", detail);
            });
    if (person == null) {
      record.entries().recordRefusal(entry, STRANGERS);
    } else {
      record.entries().append(entry);
    }
    return new MessageOutcome(type, null, null, null, null, person, message, detail, null, bearer);
  }

  private static String detail(GateException failure) {
    return String.valueOf(failure.getMessage()).substring(failure.type().name().length() + 2);
  }

  /** A statement whose signer is proved, and that does not count. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureType type;
    private final String person;
    private final transient Digest statement;

    Refused(FailureType type, String person, Digest statement, String detail) {
      super(detail, null, false, false);
      this.type = type;
      this.person = person;
      this.statement = statement;
    }

    FailureType type() {
      return type;
    }

    String person() {
      return person;
    }

    Digest statement() {
      return statement;
    }

    String detail() {
      return String.valueOf(getMessage());
    }
  }
}
