package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.port.SecretText;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import io.countersign.worker.engine.ExampleSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A waiver's end and an emergency that nobody reviews, with timers and tokens that are real. */
class ExceptionsEndIT {
  private final Life life = new Life();
  private final Path gate = life.house.example.directory().resolve("gate.yaml");
  private String rules;

  @BeforeEach
  void read() throws IOException {
    rules = Files.readString(gate);
  }

  @AfterEach
  void restore() throws IOException {
    Files.writeString(gate, rules);
    life.house.example.endorse();
  }

  private void rules(String from, String to) throws IOException {
    assertThat(rules).contains(from);
    Files.writeString(gate, rules.replace(from, to));
    life.house.example.endorse();
  }

  @Test
  void accessEndsWithTheWaiverThatItRestsOn() throws IOException {
    rules("auc: {min: 0.70", "auc: {min: 0.99");
    ReleaseId id = life.awaiting("waived-1");
    GateView view = life.house.view(id);
    Instant now = Instant.now();
    Instant until = now.plus(Duration.ofSeconds(12));
    byte[] waiver =
        StatementWriter.signOff(
            new SignOffPredicate(
                GateFunction.MLOPS,
                SignOffDecision.WAIVE,
                "mlops.model-quality",
                "Known.",
                "mara@example.com",
                id,
                view.releaseDigest(),
                Objects.requireNonNull(view.reviewDigest()),
                now,
                now.plus(Duration.ofDays(1)),
                StatementWriter.nonce(),
                WaiverTerms.until(until, null)));
    life.house.signal(id, "signOff", life.house.sign(waiver, "mara@example.com"));
    Gatehouse.await(() -> life.house.view(id), seen -> !seen.waivers().isEmpty());
    life.approveAll(id);
    life.house.await(id, GateState.LIVE);
    SecretText token = life.token(id);
    GateView end = life.house.await(id, GateState.EXPIRED);
    assertThat(end.reason()).contains("the waiver of mlops.model-quality by mara@example.com");
    assertThat(end.revokedAt()).isAfter(until.minusSeconds(1));
    life.assertDead(id, token);
  }

  @Test
  void anEmergencyThatNobodyReviewsEnds() throws IOException {
    rules(
        "  - name: elevated\n",
        EmergencyTests.TIER.indent(0).replace("review: 3d", "review: 5s") + "  - name: elevated\n");
    life.house.example.derive("2026.11.1", "hot-1");
    Path file = gate.resolveSibling("releases").resolve("hot-1").resolve("release.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceAll("validity: [0-9]+d", "validity: 7d")
            .replace("\nprofile:", "\nemergency: {incident: INC-7, reason: It pays.}\nprofile:"));
    var submission = life.house.submission(life.house.example.locked("hot-1"), "pia@example.com");
    life.house.start(submission);
    ReleaseId id = submission.release();
    life.house.await(id, GateState.AWAITING_SIGN_OFF);
    Gatehouse.await(
        () -> life.house.workload.login(ExampleSystem.SYSTEM, "probe"), Optional::isPresent);
    life.house.approve(id, "mara@example.com", GateFunction.MLOPS);
    life.house.approve(id, "sven@example.com", GateFunction.SECURITY);
    GateView end = life.house.await(id, GateState.EXPIRED);
    assertThat(end.liveAt()).isNotNull();
    assertThat(end.reasonType()).isEqualTo(FailureType.REVIEW_OVERDUE);
    assertThat(life.login(id)).isEmpty();
  }
}
