package io.countersign.activities.check;

import static io.countersign.activities.check.CheckScene.MADE_UP;
import static io.countersign.activities.check.CheckScene.RELEASE;
import static io.countersign.activities.check.CheckScene.round;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.check.CheckScene.MadeUp;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKey;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ChecksActivityTests {
  private static final String METRICS = "reports/model-quality/1/metrics.json";

  private final CheckScene scene = new CheckScene();
  private final MadeUp check = new MadeUp();

  private CheckVerdict run(ChecksActivity activity, CheckRequest request) {
    return activity.run(MADE_UP, request, Progress.unwatched());
  }

  private static void refused(FailureType type, ThrowingCallable call) {
    RecordFixture.refused(type, call);
  }

  @Test
  void aNewCheckIsAClassAndALineInTheGatePolicy() {
    CheckVerdict verdict = run(scene.activity(check), round(1));
    assertThat(verdict.check()).isEqualTo(MADE_UP);
    assertThat(verdict.outcome()).isEqualTo("pass");
    assertThat(scene.results(1))
        .singleElement()
        .satisfies(result -> assertThat(result.measurements()).containsEntry("runs", "1"));
    assertThat(scene.entries().get(0).key()).isEqualTo(EntryKey.check(1, MADE_UP));
    assertThat(scene.entries().get(0).actor()).isEqualTo("worker-1");
  }

  @Test
  void answersTheStoredVerdictAndDoesNotRunAgain() {
    ChecksActivity activity = scene.activity(check);
    CheckVerdict first = run(activity, round(1));
    assertThat(run(activity, round(1))).isEqualTo(first);
    assertThat(run(scene.activity(new MadeUp()), round(1))).isEqualTo(first);
    assertThat(check.seen).hasSize(1);
    assertThat(scene.entries()).hasSize(1);
  }

  @Test
  void theQuickerOfTwoAttemptsCounts() {
    ChecksActivity other = scene.activity(new MadeUp());
    MadeUp slow =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            ChecksActivityTests.this.run(other, round(1));
            return super.run(context).note("slow", Severity.INFO, "came second", MADE_UP);
          }
        };
    CheckVerdict verdict = run(scene.activity(slow), round(1));
    assertThat(verdict.summary()).isEqualTo("no findings");
    assertThat(scene.entries()).hasSize(1);
  }

  @Test
  void theFirstCheckOfTheNextRoundBeginsIt() {
    ChecksActivity activity = scene.activity(check);
    run(activity, round(1));
    run(activity, round(2));
    assertThat(scene.record.releases().reviewRound(RELEASE)).isEqualTo(2);
    assertThat(scene.results(2).get(0).measurements()).containsEntry("runs", "2");
    refused(FailureType.RECORD_CONFLICT, () -> run(activity, round(4)));
    refused(FailureType.RECORD_CONFLICT, () -> run(activity, round(0)));
    assertThat(check.seen).hasSize(2);
  }

  @Test
  void aRunThatForgotTheLastRoundIsAnsweredWithTheRoundThatCounts() {
    ChecksActivity activity = scene.activity(check);
    run(activity, round(1));
    CheckVerdict second = run(activity, round(2));
    assertThat(run(activity, round(1))).isEqualTo(second);
    assertThat(check.seen).hasSize(2);
    assertThat(scene.record.releases().reviewRound(RELEASE)).isEqualTo(2);
  }

  @Test
  void refusesAReleaseThatIsNotFrozen() {
    CheckRequest stranger =
        new CheckRequest(ReleaseId.parse("production/fraud-scorer/2026.11.9"), 1);
    refused(FailureType.RECORD_CONFLICT, () -> run(scene.activity(check), stranger));
  }

  @Test
  void refusesAnUnknownCheckAndBeginsNoRoundForIt() {
    Check stranger =
        new MadeUp() {
          @Override
          public String name() {
            return "mlops.not-in-the-tier";
          }
        };
    ChecksActivity activity = scene.activity(check, stranger);
    for (String name : List.of("mlops.not-in-the-tier", "mlops.artifact-integrity", "nothing")) {
      refused(FailureType.UNKNOWN_CHECK, () -> activity.run(name, round(2), Progress.unwatched()));
    }
    assertThat(scene.record.releases().reviewRound(RELEASE)).isEqualTo(1);
  }

  @Test
  void refusesTwoChecksOfOneName() {
    assertThatThrownBy(() -> scene.activity(check, new MadeUp()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(MADE_UP);
  }

  @Test
  void showsACheckTheFrozenReleaseAndNothingOfTheRequest() {
    scene.freeze(RELEASE.withVersion("2026.11.2"), RELEASE);
    ChecksActivity activity = scene.activity(check);
    run(activity, round(1));
    run(activity, new CheckRequest(RELEASE.withVersion("2026.11.2"), 1));
    CheckContext first = check.seen.get(0);
    assertThat(first.predecessor()).isNull();
    assertThat(first.predecessorMeasurements()).isNull();
    assertThat(first.policyBodies()).containsOnlyKeys("fraud-read");
    CheckContext second = check.seen.get(1);
    assertThat(second.manifest().id().version()).isEqualTo("2026.11.2");
    assertThat(second.predecessor()).isEqualTo(first.manifest());
    assertThat(second.predecessorMeasurements()).containsEntry("runs", "1");
    assertThat(second.policyBodies()).containsOnlyKeys("fraud-read", "fraud-refund");
  }

  @Test
  void aRoundThatWasOnlyBegunDoesNotHideWhatThePredecessorMeasured() {
    scene.freeze(RELEASE.withVersion("2026.11.2"), RELEASE);
    ChecksActivity activity = scene.activity(check);
    run(activity, round(1));
    scene.record.releases().beginReviewRound(RELEASE, 2);
    run(activity, new CheckRequest(RELEASE.withVersion("2026.11.2"), 1));
    assertThat(check.seen.get(1).predecessorMeasurements()).containsEntry("runs", "1");
  }

  @Test
  void archivesTheDocumentsThatItRead() {
    MadeUp reading =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            byte[] bytes = context.subjects().document(METRICS, context.progress());
            return super.run(context).evidence(METRICS, Digest.of(bytes));
          }
        };
    run(scene.activity(reading), round(1));
    Digest digest = scene.results(1).get(0).evidence().get(0).digest();
    assertThat(scene.record.documents().document(digest).orElseThrow())
        .isEqualTo(CheckScene.text(METRICS).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aSignatureThatDoesNotVerifyNeverGetsIntoTheRecord() {
    CheckScene forged = new CheckScene(List.of(new LocalKeySigner().publicKey()));
    assertThatThrownBy(() -> run(forged.activity(check), round(1)))
        .isInstanceOf(GateException.class);
    assertThat(forged.entries()).isEmpty();
  }

  @Test
  void aDefectIsBrokenAndNeverAFailAndItsWordsAreNotTold() {
    MadeUp broken =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            throw new IllegalStateException("token hvs.secret");
          }
        };
    assertThatThrownBy(() -> run(scene.activity(broken), round(1)))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.CHECK_BROKEN))
        .hasMessageContaining("IllegalStateException")
        .hasMessageNotContaining("hvs");
    assertThat(scene.entries()).isEmpty();
  }

  @Test
  void vaultOrASourceThatIsAwayIsNoVerdict() {
    scene.broker.failNext(1, FailureType.VAULT_UNAVAILABLE);
    refused(FailureType.VAULT_UNAVAILABLE, () -> run(scene.activity(check), round(1)));
    assertThat(scene.entries()).isEmpty();
    assertThat(run(scene.activity(check), round(1)).outcome()).isEqualTo("pass");
  }

  @Test
  void aNoisyResultFitsIntoTheRecordWithItsGravestFindings() {
    MadeUp loud =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            CheckFindings found = super.run(context);
            for (int i = 0; i < 1_500; i++) {
              found.note("noise", Severity.LOW, "\u6587".repeat(5_000), "\u6587".repeat(5_000));
              found.measure("m" + i, "9".repeat(500));
            }
            return found.fail("grave", Severity.CRITICAL, "the point", "here");
          }
        };
    CheckVerdict verdict = run(scene.activity(loud), round(1));
    assertThat(verdict.outcome()).isEqualTo("fail");
    assertThat(scene.results(1).get(0).findings())
        .hasSizeLessThan(50)
        .first()
        .satisfies(finding -> assertThat(finding.id()).isEqualTo("grave"));
    assertThat(scene.results(1).get(0).findings())
        .last()
        .satisfies(finding -> assertThat(finding.id()).isEqualTo("more"));
  }

  @Test
  void makersWhoCannotBeListedFailTheCheck() {
    MadeUp crowded =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            CheckFindings found = super.run(context);
            for (int i = 0; i < 20_000; i++) {
              found.contributor("person-" + i + "@example.com");
            }
            return found;
          }
        };
    assertThat(run(scene.activity(crowded), round(1)).outcome()).isEqualTo("fail");
    assertThat(scene.results(1).get(0).findings().get(0).id()).isEqualTo("too-many-to-list");
  }

  @Test
  void evidenceTooLargeForTheRecordIsRefusedForGood() {
    MadeUp wide =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            CheckFindings found = super.run(context);
            for (int i = 0; i < 150; i++) {
              found.evidence("\u6587".repeat(1_000), Digest.of(new byte[] {1}));
            }
            return found;
          }
        };
    refused(FailureType.OVERSIZED, () -> run(scene.activity(wide), round(1)));
    assertThat(scene.entries()).isEmpty();
  }
}
