package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExitCodeTests {
  @ParameterizedTest
  @CsvSource({
    "INVALID_MANIFEST, 2",
    "INVALID_GATE_POLICY, 2",
    "INVALID_APPROVERS, 2",
    "INVALID_TRUST, 2",
    "DIGEST_MISMATCH, 4",
    "CHECK_FAILED, 4",
    "TEMPORAL_UNAVAILABLE, 6",
    "VAULT_UNAVAILABLE, 6",
    "VAULT_DENIED, 6",
    "DATABASE_UNAVAILABLE, 6",
    "SOURCE_UNAVAILABLE, 6",
    "RELEASE_CONFLICT, 7",
    "UNKNOWN_RELEASE, 7",
    "OWN_RELEASE, 7",
    "EXPIRED, 7",
    "INTERNAL, 7",
  })
  void mapsFailuresAsDocumented(FailureType type, int number) {
    assertThat(ExitCode.of(type).number()).isEqualTo(number);
  }

  @ParameterizedTest
  @EnumSource(FailureType.class)
  void neverCallsAFailureDone(FailureType type) {
    assertThat(ExitCode.of(type)).isNotEqualTo(ExitCode.DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "REJECTED, REJECTED, 3",
    "REJECTED, CHECK_FAILED, 4",
    "WITHDRAWN, , 3",
    "ROLLED_BACK, , 3",
    "EXPIRED, EXPIRED, 5",
    "FAILED, VAULT_UNAVAILABLE, 6",
    "FAILED, SUBJECT_CHANGED, 7",
    "FAILED, , 7",
    "RETIRED, , 0",
  })
  void mapsEndsAsDocumented(GateState end, FailureType reason, int number) {
    assertThat(ExitCode.ofEnd(end, reason).number()).isEqualTo(number);
  }

  @Test
  void hasAnAnswerForEveryEnd() {
    for (GateState state : GateState.values()) {
      if (state.ended()) {
        assertThat(ExitCode.ofEnd(state, null)).isNotNull();
      }
    }
  }
}
