package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What changes between the first sign-off and the grant: bytes and policies void it (I1, I2), rules
 * stay frozen, rights do not (I10), and whoever has no voice is refused on the record (I4, I5).
 */
class ChangedAfterSignOffIT {
  private final Life life = new Life();
  private final Gatehouse house = life.house;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models/1/model.onnx",
        "data/train.csv",
        "prompts/1/system.md",
        "policy/1/fraud-scorer.cedar"
      })
  void oneByteOfAnySubjectAndNothingIsGranted(String file) throws IOException {
    ReleaseId id = awaitingRisk("byte-" + file.substring(0, 4));
    Path path = house.example.directory().resolve(file);
    byte[] original = Files.readAllBytes(path);
    byte[] changed = original.clone();
    changed[changed.length / 2] ^= 1;
    Files.write(path, changed);
    try {
      house.approve(id, "rita@example.com", GateFunction.RISK);
      assertThat(house.await(id, GateState.REJECTED).reasonType())
          .isEqualTo(FailureType.SUBJECT_CHANGED);
    } finally {
      Files.write(path, original);
    }
    assertThat(life.login(id)).isEmpty();
  }

  @Test
  void aVaultPolicyThatChangesVoidsEverySignOff() throws IOException {
    Path file = house.example.directory().resolve("vault/fraud-read.hcl");
    String body = Files.readString(file);
    ReleaseId id = awaitingRisk("scope-1");
    GateView before = house.view(id);
    policy(body + "\n# one more line\n");
    try {
      house.approve(id, "rita@example.com", GateFunction.RISK);
      GateView after =
          Gatehouse.await(
              () -> house.view(id),
              view -> view.round() == 2 && view.state() == GateState.AWAITING_SIGN_OFF);
      assertThat(after.reviewDigest()).isNotEqualTo(before.reviewDigest());
      assertThat(after.decision().awaiting()).containsExactly("mlops", "security", "risk");
      assertThat(life.login(id)).isEmpty();
    } finally {
      policy(body);
    }
    withdraw(id);
  }

  @Test
  void anApproverWhoIsWithdrawnMeanwhileHasNoVoiceAnyMore() throws IOException {
    ReleaseId id = awaitingRisk("withdrawn-1");
    Path file = house.example.directory().resolve("approvers.yaml");
    String text = Files.readString(file);
    String line = "  - id: mara@example.com\n";
    Files.writeString(
        file,
        text.replace(line, line + "    withdrawnAt: " + Instant.now().minusSeconds(1) + "\n"));
    house.example.endorse();
    try {
      house.approve(id, "rita@example.com", GateFunction.RISK);
      GateView view = Gatehouse.await(() -> house.view(id), seen -> seen.said().size() == 3);
      assertThat(view.decision().awaiting()).containsExactly("mlops");
      assertThat(life.login(id)).isEmpty();
    } finally {
      Files.writeString(file, text);
    }
    withdraw(id);
  }

  @Test
  void rulesThatAreLoosenedAfterTheSubmissionLoosenNothing() throws IOException {
    ReleaseId id = life.awaiting("frozen-1");
    Path file = house.example.directory().resolve("gate.yaml");
    String text = Files.readString(file);
    Files.writeString(file, text.replaceAll(".*function: (risk|security), quorum.*\n", ""));
    house.example.endorse();
    try {
      house.approve(id, "mara@example.com", GateFunction.MLOPS);
      GateView view = Gatehouse.await(() -> house.view(id), seen -> seen.said().size() == 1);
      assertThat(view.decision().awaiting()).containsExactly("security", "risk");
      assertThat(life.login(id)).isEmpty();
    } finally {
      Files.writeString(file, text);
    }
    withdraw(id);
  }

  @Test
  void whoeverHasNoVoiceIsRefusedWithNameAndReasonOnTheRecord() throws SQLException {
    ReleaseId id = life.awaiting("voices-1");
    GateView view = house.view(id);
    String mara =
        house.signOff(id, "mara@example.com", GateFunction.MLOPS, SignOffDecision.APPROVE);
    house.signal(id, "signOff", mara);
    Gatehouse.await(() -> house.view(id), seen -> seen.said().size() == 1);
    refuse(id, "dana@example.com", GateFunction.MLOPS);
    refuse(id, "pia@example.com", GateFunction.SECURITY);
    refuse(id, "mara@example.com", GateFunction.SECURITY);
    house.signal(
        id,
        "signOff",
        house.signOff(
            view,
            "sven@example.com",
            "otto@example.com",
            GateFunction.SECURITY,
            SignOffDecision.APPROVE));
    Gatehouse.await(() -> house.view(id), seen -> seen.refusals() == 4);
    assertThat(refusals(id))
        .containsExactlyInAnyOrder(
            "dana@example.com CONTRIBUTOR",
            "pia@example.com NOT_IN_FUNCTION",
            "mara@example.com NOT_IN_FUNCTION",
            "unknown UNKNOWN_KEY");
    assertThat(house.view(id).decision().awaiting()).containsExactly("security", "risk");
    withdraw(id);
  }

  private ReleaseId awaitingRisk(String version) {
    ReleaseId id = life.awaiting(version);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    Gatehouse.await(() -> house.view(id), seen -> seen.said().size() == 2);
    return id;
  }

  private void refuse(ReleaseId id, String person, GateFunction function) {
    house.approve(id, person, function);
  }

  private void withdraw(ReleaseId id) {
    life.order(id, OrderKind.WITHDRAW);
    house.await(id, GateState.WITHDRAWN);
  }

  private List<String> refusals(ReleaseId id) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection record = house.record();
        PreparedStatement query =
            record.prepareStatement(
                "SELECT actor || ' ' || (body->>'type') FROM countersign.entry"
                    + " WHERE release = ? AND kind = 'REFUSAL'")) {
      query.setString(1, id.toString());
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private void policy(String body) {
    house.vault("PUT", "sys/policies/acl/fraud-read", Map.of("policy", body));
  }
}
