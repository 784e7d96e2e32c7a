package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.adapter.vault.VaultOnboarding;
import io.countersign.activities.adapter.vault.VaultSettings;
import io.countersign.activities.port.Readiness;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.Submission;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.config.Doctor;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Onboardings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Secrets, their ages and logs, looked at by the whole gate on real engines: a release that passes,
 * and for each check one that fails it alone.
 */
class SecurityLooksIT {
  private static final String ROTATION = "security.secret-rotation";
  private static final String SECRETS = "security.secrets-handling";
  private static final String LOGGING = "security.audit-logging";
  private static final String IDENTITY = "      - check: security.workload-identity\n";

  /** Nobody listens there. */
  private static final String DEAD = "tcp://127.0.0.1:1";

  private final Life life = new Life();
  private final Gatehouse house = life.house;
  private final Path gate = house.example.directory().resolve("gate.yaml");
  private String before = "";

  @BeforeEach
  void tighten() throws IOException {
    before = Files.readString(gate);
    String sinks = "with: {sinks: [\"" + house.engines.logs().sink() + "\"";
    assertThat(before).contains(IDENTITY, ROTATION, LOGGING, sinks).doesNotContain(SECRETS);
    String scan =
        """
              - check: %s
                with: {tools: [kingfisher], notCovered: noted}
        """
            .formatted(SECRETS);
    Files.writeString(
        gate,
        before.replace(IDENTITY, IDENTITY + scan).replace(sinks, sinks + ", \"" + DEAD + "\""));
    settle();
  }

  @AfterEach
  void loosen() throws IOException {
    Files.writeString(gate, before);
    settle();
  }

  private void settle() {
    house.example.endorse();
    new VaultOnboarding(
            VaultSettings.of(house.engines.vault().address()),
            house.engines.vault().rootToken(),
            Clock.systemUTC())
        .onboard(
            Onboardings.of(GateAssembly.reader().gate(gate).policy(), house.example.directory()));
  }

  @Test
  void eachFailsAloneAndAReleaseThatIsInOrderPassesAll() throws IOException {
    ReleaseId good = start("looks-1", house.engines.logs().sink().toString());
    GateView passed = house.await(good, GateState.AWAITING_SIGN_OFF);
    assertThat(failed(passed)).isEmpty();
    life.order(good, OrderKind.WITHDRAW);
    house.await(good, GateState.WITHDRAWN);

    int current =
        house.vault("GET", "kv/metadata/fraud/scoring", null).at("/data/current_version").asInt();
    house.vault("DELETE", "kv/data/fraud/scoring", null);
    try {
      assertRejected("looks-2", house.engines.logs().sink().toString(), ROTATION);
    } finally {
      house.vault("POST", "kv/undelete/fraud/scoring", Map.of("versions", List.of(current)));
    }

    Path prompt = house.example.directory().resolve("prompts/1/system.md");
    byte[] original = Files.readAllBytes(prompt);
    Files.writeString(prompt, Files.readString(prompt) + "\nUse " + token() + " to look up.\n");
    try {
      assertRejected("looks-3", house.engines.logs().sink().toString(), SECRETS);
    } finally {
      Files.write(prompt, original);
    }

    assertRejected("looks-4", DEAD, LOGGING);
  }

  @Test
  void theDoctorTellsBeforehandWhetherTheyCanLook() {
    assertThat(new Doctor(house.settings).look())
        .allMatch(Readiness::ready)
        .extracting(Readiness::need)
        .contains(
            "the secret scanner finds what is planted for it",
            "Vault lists its audit devices",
            "Vault shows what is mounted at kv");
  }

  private void assertRejected(String version, String sink, String check) throws IOException {
    GateView view = house.await(start(version, sink), GateState.REJECTED);
    assertThat(view.reasonType()).isEqualTo(FailureType.CHECK_FAILED);
    assertThat(failed(view)).containsExactly(check);
  }

  private static List<String> failed(GateView view) {
    return view.checks().stream()
        .filter(check -> !check.outcome().equals("pass"))
        .map(CheckVerdict::check)
        .toList();
  }

  private ReleaseId start(String version, String sink) throws IOException {
    house.example.derive("2026.11.1", version);
    edit(
        house.example.directory().resolve("releases/" + version + "/release.yaml"),
        text -> text.replaceFirst("logs: \\{sink: [^}]*}", "logs: {sink: \"" + sink + "\"}"));
    ReleaseDocument document = house.example.locked(version);
    Submission submission = house.submission(document, "pia@example.com");
    house.start(submission);
    return submission.release();
  }

  private static void edit(Path file, UnaryOperator<String> change) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains("  logs: ");
    Files.writeString(file, change.apply(text));
  }

  /** In the form of a token of GitHub, and none. */
  private static String token() {
    String hex = Digest.of("looks".getBytes(StandardCharsets.UTF_8)).hex();
    StringBuilder token = new StringBuilder("ghp_");
    for (int i = 0; i < 36; i++) {
      int value = Integer.parseInt(hex.substring(i, i + 2), 16) % 62;
      token.append(
          (char) (value < 10 ? '0' + value : value < 36 ? 'a' + value - 10 : 'A' + value - 36));
    }
    return token.toString();
  }
}
