package io.countersign.activity;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import org.jspecify.annotations.Nullable;

/**
 * Before and after a check that somebody else's worker runs. What it is asked and whether its
 * answer counts is decided here, from the record; the workflow only carries both.
 */
@ActivityInterface
public interface ExternalCheckActivities {
  /** The request for one check in one round, or what the record has of it. Idempotent. */
  @ActivityMethod(name = "PrepareCheck")
  Prepared prepare(Preparation preparation);

  /**
   * Takes a signed answer into the record. Idempotent. An answer that is not a result of exactly
   * what was asked, signed by a key of the frozen rule, is refused and recorded as refused, and the
   * activity ends with CHECK_BROKEN.
   */
  @ActivityMethod(name = "AdmitCheckResult")
  CheckVerdict admit(Admission admission);

  /**
   * @param round of checks, from 1
   */
  record Preparation(ReleaseId release, int round, String check) {}

  /**
   * @param round the round that counts; another one than was asked for after a reset
   * @param request the argument of the external activity: the text of one JSON object
   *     (docs/external-checks.md); null exactly when there is a verdict
   * @param verdict what stands in the record already
   */
  record Prepared(
      int round,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String request,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CheckVerdict verdict) {
    public Prepared {
      if ((request == null) == (verdict == null)) {
        throw new IllegalArgumentException("prepared: either a request or a verdict");
      }
    }
  }

  /**
   * @param answer what the external activity answered, as JSON text; believed for nothing
   */
  record Admission(ReleaseId release, int round, String check, String answer) {}
}
