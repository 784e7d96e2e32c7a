package io.countersign.worker.demo;

import io.countersign.activities.port.SecretText;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.gateway.Gateway.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Four acts in production: releases as their people play them. */
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
  private String maraOnFirst = "";
  private Optional<SecretText> firstToken = Optional.empty();
  private Optional<SecretText> secondToken = Optional.empty();

  Acts(Stage stage) {
    this.stage = stage;
  }

  /**
   * Release 1: checks, three people, LIVE, and a credential that opens one door and not the next.
   */
  Act first() {
    Act act = new Act("b", "Release 1, in production: three people, one scoped credential");
    act.see("release start", Stage.ACCEPTED, stage.start(FIRST));
    act.see(
        "checks done",
        GateState.AWAITING_SIGN_OFF,
        stage.await(FIRST, GateState.AWAITING_SIGN_OFF).state());
    act.see("tier", "strong", stage.view(FIRST).tier());
    stage.findings(act, FIRST);
    act.see("workload logs in before approval", false, login(FIRST).isPresent());
    act.see("workload proves its identity", true, stage.awaitLogin("probe"));
    approve(act, FIRST, "mara@example.com", GateFunction.MLOPS);
    approve(act, FIRST, "sven@example.com", GateFunction.SECURITY);
    approve(act, FIRST, "rita@example.com", GateFunction.RISK);
    act.see("release 1", GateState.LIVE, stage.await(FIRST, GateState.LIVE).state());
    firstToken = login(FIRST);
    act.see("workload logs in", true, firstToken.isPresent());
    act.see("reads its secret", OK, read(firstToken, SCORING));
    act.see("reads the secret next to it", FORBIDDEN, read(firstToken, LEDGER));
    return act;
  }

  /** Release 2: configuration only, but wider; more sign-offs, and three that do not count. */
  Act second() {
    Act act = new Act("c", "Release 2, configuration only, wider scope: the tier rises");
    act.see("release start", Stage.ACCEPTED, stage.start(SECOND));
    act.see(
        "checks done",
        GateState.AWAITING_SIGN_OFF,
        stage.await(SECOND, GateState.AWAITING_SIGN_OFF).state());
    act.see("tier", "elevated", stage.view(SECOND).tier());
    stage.differences(act, SECOND);
    stage.findings(act, SECOND);
    act.see("workload proves its identity", true, stage.awaitLogin("probe"));
    act.see("forged: otto's key in sven's name", "UNKNOWN_KEY", forged());
    act.see("replayed: mara's sign-off of release 1", "WRONG_RELEASE", replayed());
    act.see(
        "self-made: dana trained the model",
        "CONTRIBUTOR",
        stage.signOff(SECOND, "dana@example.com", GateFunction.MLOPS));
    approve(act, SECOND, "mara@example.com", GateFunction.MLOPS);
    approve(act, SECOND, "sven@example.com", GateFunction.SECURITY);
    approve(act, SECOND, "rita@example.com", GateFunction.RISK);
    act.see("still awaited", GateState.AWAITING_SIGN_OFF, stage.view(SECOND).state());
    approve(act, SECOND, "sina@example.com", GateFunction.SECURITY);
    act.see("release 2", GateState.LIVE, stage.await(SECOND, GateState.LIVE).state());
    secondToken = login(SECOND);
    act.see("workload of release 2 reads the wider scope", OK, read(secondToken, REFUNDS));
    act.see(
        "release 1 after the cutover grace",
        GateState.STANDBY,
        stage.await(FIRST, GateState.STANDBY).state());
    act.see("token of release 1 works", false, alive(firstToken));
    act.see("login as release 1", false, login(FIRST).isPresent());
    act.see("token of release 2 works", true, alive(secondToken));
    return act;
  }

  /** Release 3: a byte changes between the sign-offs and the grant. */
  Act third() {
    Act act = new Act("d", "Release 3: one byte of the model changes after sign-off");
    act.see("release start", Stage.ACCEPTED, stage.start(THIRD));
    act.see(
        "checks done",
        GateState.AWAITING_SIGN_OFF,
        stage.await(THIRD, GateState.AWAITING_SIGN_OFF).state());
    approve(act, THIRD, "mara@example.com", GateFunction.MLOPS);
    approve(act, THIRD, "sven@example.com", GateFunction.SECURITY);
    Path model = stage.example().directory().resolve("models/2/model.onnx");
    byte[] original = flip(model);
    act.say("one byte of " + model.getFileName() + " is changed");
    act.see("workload proves its identity", true, stage.awaitLogin("probe"));
    approve(act, THIRD, "rita@example.com", GateFunction.RISK);
    act.see("release 3", GateState.REJECTED, stage.await(THIRD, GateState.REJECTED).state());
    act.see("why", "SUBJECT_CHANGED", stage.view(THIRD).reasonType());
    act.see("login as release 3", false, login(THIRD).isPresent());
    write(model, original);
    return act;
  }

  /** A "no" after a "yes", and the way back. */
  Act fourth() {
    Act act = new Act("e", "A sign-off is taken back; then one order rolls back to release 1");
    act.see(
        "mara takes her sign-off back",
        Stage.ACCEPTED,
        stage.signOff(SECOND, "mara@example.com", GateFunction.MLOPS, SignOffDecision.TAKE_BACK));
    act.see("release 2", GateState.SUSPENDED, stage.await(SECOND, GateState.SUSPENDED).state());
    act.see("token of release 2 works", false, alive(secondToken));
    act.see("login as release 2", false, login(SECOND).isPresent());
    Instant ordered = Instant.now();
    act.see(
        "otto orders the rollback",
        Stage.ACCEPTED,
        stage.order(SECOND, "otto@example.com", OrderKind.ROLLBACK));
    act.see("release 2", GateState.ROLLED_BACK, stage.await(SECOND, GateState.ROLLED_BACK).state());
    act.see("release 1", GateState.LIVE, stage.await(FIRST, GateState.LIVE).state());
    act.say(
        "from the order to release 1 LIVE: "
            + Duration.between(ordered, Instant.now()).toMillis()
            + " ms");
    firstToken = login(FIRST);
    act.see("workload of release 1 reads its secret", OK, read(firstToken, SCORING));
    act.see("and the wider one", FORBIDDEN, read(firstToken, REFUNDS));
    return act;
  }

  private void approve(Act act, String version, String person, GateFunction function) {
    String outcome =
        version.equals(FIRST) && maraOnFirst.isEmpty()
            ? keepAndSend(version, person, function)
            : stage.signOff(version, person, function);
    act.see(person + " for " + function, Stage.ACCEPTED, outcome);
  }

  /** The first sign-off is kept, to be replayed on another release. */
  private String keepAndSend(String version, String person, GateFunction function) {
    maraOnFirst =
        stage.people().signOff(stage.view(version), person, function, SignOffDecision.APPROVE);
    return stage.send(version, Message.SIGN_OFF, maraOnFirst);
  }

  /** Otto signs what says that it is from Sven. */
  private String forged() {
    return stage.send(
        SECOND,
        Message.SIGN_OFF,
        stage
            .people()
            .signOff(
                stage.view(SECOND),
                "sven@example.com",
                "otto@example.com",
                GateFunction.SECURITY,
                SignOffDecision.APPROVE));
  }

  private String replayed() {
    return stage.send(SECOND, Message.SIGN_OFF, maraOnFirst);
  }

  private Optional<SecretText> login(String version) {
    return stage.login(version);
  }

  private int read(Optional<SecretText> token, String path) {
    return stage.read(token, path);
  }

  private boolean alive(Optional<SecretText> token) {
    return stage.alive(token);
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
