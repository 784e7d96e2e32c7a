package io.countersign.activities.check;

import io.countersign.check.CheckResult;

/**
 * One check. A new one is a class like this and a line in {@code gate.yaml}. It must answer the
 * same for the same context, because its answer is signed and becomes part of the review that
 * people sign.
 *
 * <p>Whatever keeps it from an answer is a {@link io.countersign.failure.GateException}:
 * SOURCE_UNAVAILABLE, SOURCE_REFUSED or CHECK_BROKEN, and INVALID_GATE_POLICY when its settings are
 * not usable. It is never a fail.
 */
public interface Check {
  /** {@code <function>.<name>}: the Temporal activity type and the name in {@code gate.yaml}. */
  String name();

  /** Does the work. */
  CheckFindings run(CheckContext context);

  /** As {@link #run}, as the result that is signed. */
  default CheckResult result(CheckContext context) {
    return run(context).result(name());
  }
}
