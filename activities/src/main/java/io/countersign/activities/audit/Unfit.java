package io.countersign.activities.audit;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;

/** Ends the reading of a bundle: what follows could not be told from what was put there. */
final class Unfit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Finding finding;

  Unfit(Flaw flaw, long line, long seq, String detail) {
    super(detail, null, false, false);
    this.finding = new Finding(flaw, line, seq, detail);
  }

  Finding finding() {
    return finding;
  }

  /** The flaw that a reader's refusal is. */
  static Flaw flaw(GateException refusal) {
    return switch (refusal.type()) {
      case BAD_SIGNATURE -> Flaw.BAD_SIGNATURE;
      case UNKNOWN_KEY -> Flaw.UNKNOWN_KEY;
      case UNKNOWN_PERSON -> Flaw.NOT_ALLOWED;
      default -> Flaw.UNREADABLE;
    };
  }

  /** What a refusal says, without its type. */
  static String detail(GateException refusal) {
    FailureType type = refusal.type();
    String message = String.valueOf(refusal.getMessage());
    return message.startsWith(type + ": ") ? message.substring(type.name().length() + 2) : message;
  }
}
