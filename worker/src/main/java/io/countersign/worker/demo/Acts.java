package io.countersign.worker.demo;

import io.countersign.activities.port.SecretText;
import io.countersign.release.GateState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The first four acts: releases as their people play them. */
final class Acts {
  private static final String FIRST = "2026.11.1";
  private static final String SECOND = "2026.11.2";
  private static final String THIRD = "2026.11.3";
  private static final String SCORING = "kv/data/fraud/scoring";
  private static final String REFUNDS = "kv/data/fraud/refund-api";
  private static final String LEDGER = "kv/data/fraud/ledger";
  private static final int OK = 200;
  private static final int FORBIDDEN = 403;

  private final Stage stage;
  private Optional<SecretText> firstToken = Optional.empty();
  private Optional<SecretText> secondToken = Optional.empty();

  Acts(Stage stage) {
    this.stage = stage;
  }

  /**
   * Release 1: checks, three people, LIVE, and a credential that opens one door and not the next.
   */
  Act first() {
    Act act = new Act("a", "Release 1, customer-facing: three people, one scoped credential");
    act.see("release start", "done", stage.start(FIRST).outcome());
    act.see(
        "checks done",
        GateState.AWAITING_SIGN_OFF,
        stage.await(FIRST, GateState.AWAITING_SIGN_OFF));
    act.see("tier", "customer-facing", stage.field(FIRST, "tier"));
    act.see("workload logs in before approval", false, login(FIRST).isPresent());
    act.see("workload proves its identity", true, stage.awaitLogin("probe").isPresent());
    approve(act, FIRST, "mara@example.com", "mlops");
    approve(act, FIRST, "sven@example.com", "security");
    approve(act, FIRST, "rita@example.com", "risk");
    act.see("release 1", GateState.LIVE, stage.await(FIRST, GateState.LIVE));
    firstToken = login(FIRST);
    act.see("workload logs in", true, firstToken.isPresent());
    act.see("reads its secret", OK, read(firstToken, SCORING));
    act.see("reads the secret next to it", FORBIDDEN, read(firstToken, LEDGER));
    return act;
  }

  /** Release 2: configuration only, but wider; more sign-offs, and three that do not count. */
  Act second() {
    Act act = new Act("b", "Release 2, configuration only, wider scope: the tier rises");
    act.see("release start", "done", stage.start(SECOND).outcome());
    act.see(
        "checks done",
        GateState.AWAITING_SIGN_OFF,
        stage.await(SECOND, GateState.AWAITING_SIGN_OFF));
    act.see("tier", "elevated", stage.field(SECOND, "tier"));
    act.see("workload proves its identity", true, stage.awaitLogin("probe").isPresent());
    act.see("forged: otto's key in sven's name", "BAD_SIGNATURE", forged());
    act.see("replayed: mara's sign-off of release 1", "WRONG_RELEASE", replayed());
    act.see(
        "self-made: dana trained the model",
        "CONTRIBUTOR",
        stage.signOff(SECOND, "dana@example.com", "mlops").outcome());
    approve(act, SECOND, "mara@example.com", "mlops");
    approve(act, SECOND, "sven@example.com", "security");
    approve(act, SECOND, "rita@example.com", "risk");
    act.see("still awaited", GateState.AWAITING_SIGN_OFF, stage.state(SECOND));
    approve(act, SECOND, "sina@example.com", "security");
    act.see("release 2", GateState.LIVE, stage.await(SECOND, GateState.LIVE));
    secondToken = login(SECOND);
    act.see("workload of release 2 reads the wider scope", OK, read(secondToken, REFUNDS));
    act.see(
        "release 1 after the cutover grace",
        GateState.STANDBY,
        stage.await(FIRST, GateState.STANDBY));
    act.see("token of release 1 works", false, alive(firstToken));
    act.see("login as release 1", false, login(FIRST).isPresent());
    act.see("token of release 2 works", true, alive(secondToken));
    return act;
  }

  /** Release 3: a byte changes between the sign-offs and the grant. */
  Act third() {
    Act act = new Act("c", "Release 3: one byte of the model changes after sign-off");
    act.see("release start", "done", stage.start(THIRD).outcome());
    act.see(
        "checks done",
        GateState.AWAITING_SIGN_OFF,
        stage.await(THIRD, GateState.AWAITING_SIGN_OFF));
    approve(act, THIRD, "mara@example.com", "mlops");
    approve(act, THIRD, "sven@example.com", "security");
    Path model = stage.example().directory().resolve("models/2/model.onnx");
    byte[] original = flip(model);
    act.say("one byte of " + model.getFileName() + " is changed");
    act.see("workload proves its identity", true, stage.awaitLogin("probe").isPresent());
    approve(act, THIRD, "rita@example.com", "risk");
    act.see("release 3", GateState.REJECTED, stage.await(THIRD, GateState.REJECTED));
    act.see("why", "SUBJECT_CHANGED", stage.field(THIRD, "reasonType"));
    act.see("login as release 3", false, login(THIRD).isPresent());
    write(model, original);
    return act;
  }

  /** A "no" after a "yes", and the way back. */
  Act fourth() {
    Act act = new Act("d", "A sign-off is taken back; then one order rolls back to release 1");
    act.see(
        "mara takes her sign-off back",
        "done",
        stage
            .signOff(
                SECOND, "mara@example.com", "mlops", "--take-back", "The evaluation was wrong.")
            .outcome());
    act.see("release 2", GateState.SUSPENDED, stage.await(SECOND, GateState.SUSPENDED));
    act.see("token of release 2 works", false, alive(secondToken));
    act.see("login as release 2", false, login(SECOND).isPresent());
    Instant ordered = Instant.now();
    act.see(
        "otto orders the rollback",
        "done",
        stage
            .run(
                "order",
                stage.release(SECOND).toString(),
                "--rollback",
                "--reason",
                "Back to what was good.",
                "--as",
                "otto@example.com",
                "--key",
                stage.example().keyOf("otto@example.com").toString(),
                "--wait")
            .outcome());
    act.see("release 2", GateState.ROLLED_BACK, stage.await(SECOND, GateState.ROLLED_BACK));
    act.see("release 1", GateState.LIVE, stage.await(FIRST, GateState.LIVE));
    act.say(
        "from the order to release 1 LIVE: "
            + Duration.between(ordered, Instant.now()).toMillis()
            + " ms");
    firstToken = login(FIRST);
    act.see("workload of release 1 reads its secret", OK, read(firstToken, SCORING));
    act.see("and the wider one", FORBIDDEN, read(firstToken, REFUNDS));
    return act;
  }

  private void approve(Act act, String version, String person, String function) {
    act.see(
        person + " for " + function, "done", stage.signOff(version, person, function).outcome());
  }

  /** Otto signs what says that it is from Sven. */
  private String forged() {
    return stage
        .run(
            "sign-off",
            stage.release(SECOND).toString(),
            "--function",
            "security",
            "--approve",
            "--reason",
            "Looks fine.",
            "--as",
            "sven@example.com",
            "--key",
            stage.example().keyOf("otto@example.com").toString(),
            "--wait")
        .outcome();
  }

  private String replayed() {
    return stage
        .run(
            "sign-off",
            stage.release(SECOND).toString(),
            "--send",
            stage.example().directory().resolve("mara-release-1.json").toString(),
            "--wait")
        .outcome();
  }

  private Optional<SecretText> login(String version) {
    return stage.workload().login(stage.system(), version);
  }

  private int read(Optional<SecretText> token, String path) {
    return token.map(held -> stage.workload().read(held, path)).orElse(0);
  }

  private boolean alive(Optional<SecretText> token) {
    return token.map(stage.workload()::alive).orElse(false);
  }

  private static byte[] flip(Path file) {
    try {
      byte[] original = Files.readAllBytes(file);
      byte[] changed = original.clone();
      changed[changed.length / 2] ^= 1;
      Files.write(file, changed);
      return original;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
