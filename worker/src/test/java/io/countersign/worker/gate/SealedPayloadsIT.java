package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.vault.VaultKeyUnwrapping;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.config.PayloadSealing;
import io.countersign.worker.config.Settings;
import io.countersign.worker.demo.Intruder;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.TemporalGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gate whose payloads are sealed, on real engines, from the command line (I6). */
class SealedPayloadsIT {
  private final Life life = new Life();
  private final Gatehouse house = life.house;
  private final Intruder intruder = life.intruder();
  private Path settings = house.home;
  private Path pass = house.home;
  private Path log = house.home;
  private Gateway doors = TemporalGateway.of(house.settings.temporal());
  private final Map<ReleaseId, GateView> views = new HashMap<>();

  @BeforeEach
  void seal() throws IOException {
    String name = "sealed-" + UUID.randomUUID();
    Path directory = Files.createDirectories(house.home.resolve(name));
    Path key = directory.resolve("payload.pub");
    pass = directory.resolve("pass");
    log = directory.resolve("commands.log");
    settings =
        house.settings(
            name,
            Map.of(
                "countersign.encryption.public-key", key.toString(),
                "countersign.codec.pass-file", pass.toString()));
    // The key is made from the settings that do not name it yet.
    assertThat(
            WorkerProcess.run(
                house.home.resolve("countersign.properties"),
                log,
                "codec",
                "key",
                "-o",
                key.toString()))
        .as(() -> read(log))
        .isZero();
    house.stopWorker();
    Settings sealed = house.read(settings);
    house.startWorker(sealed);
    run(
        "codec",
        "pass",
        "--key=" + house.example.keyOf("aude@example.com"),
        "--as=aude@example.com",
        "-o",
        pass.toString());
    doors = TemporalGateway.of(sealed.temporal(), PayloadSealing.ofClient(sealed));
  }

  @AfterEach
  void openAgain() {
    doors.close();
    house.stopWorker();
    house.startWorker();
  }

  @Test
  void nothingThatPeopleWroteIsInTemporalAndThoseWithAPassReadIt() throws IOException {
    // Nothing but chance: each piece of it is looked for, and gates say words of their own.
    String reason = UUID.randomUUID().toString();
    String id = start("hidden-1");
    ReleaseId release = ReleaseId.parse(id);
    signOff(id, "mlops", "mara", reason);
    signOff(id, "security", "sven", reason);
    signOff(id, "risk", "rita", reason);
    Gatehouse.await(() -> house.workload.login(ExampleSystem.SYSTEM, "probe"), Optional::isPresent);
    run("release", "watch", id, "--until=LIVE");
    assertThat(life.login(release)).isPresent();
    run("release", "show", id);
    assertThat(read(log)).contains("mara@example.com approve for mlops");

    String sealed =
        temporal("workflow", "show", "--workflow-id", release.workflowId(), "--output", "json");
    assertThat(sealed).contains("YmluYXJ5L2NvdW50ZXJzaWduLXNlYWxlZA");
    CanarySearch search =
        new CanarySearch()
            .plant("reason", reason)
            .plant("approver", "mara@example.com")
            .plant("submitter", "pia@example.com");
    assertThat(search.in("history", sealed)).isEmpty();
    String endpoint = house.read(settings).apiUrl().orElseThrow() + "/codec";
    String clear =
        temporal(
            "workflow",
            "show",
            "--workflow-id",
            release.workflowId(),
            "--output",
            "json",
            "--codec-endpoint",
            endpoint,
            "--codec-auth",
            "Bearer " + read(pass));
    assertThat(search.in("history", clear))
        .extracting(CanarySearch.Sighting::canary)
        .contains("reason", "approver", "submitter");
    // Of other gates in these files the people are the same; the reason is this one's alone.
    assertThat(
            new CanarySearch()
                .plant("reason", reason)
                .inTree(house.home.resolve("engines/temporal")))
        .isEmpty();
    life(release, OrderKind.RETIRE);
    Gatehouse.await(() -> doors.view(release), seen -> seen.state() == GateState.RETIRED);
    assertThat(life.login(release)).isEmpty();
  }

  @Test
  void whatIsNotSealedIsRefusedCountedAndWedgesNothing() throws IOException {
    String id = start("hidden-2");
    ReleaseId release = ReleaseId.parse(id);
    Gatehouse.await(
        () -> intruder.pending(release.workflowId(), "ProveIdentity"), Optional::isPresent);
    GateView before = doors.view(release);
    // Valid in everything but the seal: somebody with Temporal's access alone has no key to it.
    String voice =
        house.signOff(
            before,
            "mara@example.com",
            "mara@example.com",
            GateFunction.MLOPS,
            SignOffDecision.APPROVE);
    intruder.signal(release.workflowId(), "signOff", Gatehouse.json(voice));
    intruder.signal(release.workflowId(), "order", Gatehouse.json("{\"payload\":1}"));
    intruder.complete(
        release.workflowId(),
        intruder.pending(release.workflowId(), "ProveIdentity").orElseThrow(),
        "{\"at\":\"2026-01-01T00:00:00Z\"}");
    GateView after = Gatehouse.await(() -> doors.view(release), seen -> seen.unreadable() == 2);
    assertThat(after.said()).isEmpty();
    assertThat(after.state().ended()).isFalse();
    signOff(id, "mlops", "mara", "It goes on.");
    Gatehouse.await(() -> doors.view(release), seen -> seen.said().size() == 1);
    life(release, OrderKind.WITHDRAW);
    Gatehouse.await(() -> doors.view(release), seen -> seen.state() == GateState.WITHDRAWN);
  }

  @Test
  void aGateWaitsForASealedVaultAndReadsOldAndNewVersionsOfTheKey() throws IOException {
    String id = start("hidden-3");
    ReleaseId release = ReleaseId.parse(id);
    house.engines.vault().seal();
    signOff(id, "mlops", "mara", "While nobody can read it.");
    house.engines.vault().unseal();
    Gatehouse.await(() -> doors.view(release), seen -> seen.said().size() == 1);

    house.vault("POST", "transit/keys/" + VaultKeyUnwrapping.KEY + "/rotate", Map.of());
    Path key = Path.of(settings.getParent().toString(), "payload.pub");
    String before = read(key);
    run("codec", "key", "-o", key.toString(), "--force");
    assertThat(version(read(key))).isEqualTo(version(before) + 1);
    signOff(id, "security", "sven", "Under the new version.");
    Gatehouse.await(() -> doors.view(release), seen -> seen.said().size() == 2);
    // Another process replays the whole history, both versions in it.
    house.stopWorker();
    house.startWorker(house.read(settings));
    assertThat(Gatehouse.await(() -> doors.view(release), seen -> true).said()).hasSize(2);
    life(release, OrderKind.WITHDRAW);
    Gatehouse.await(() -> doors.view(release), seen -> seen.state() == GateState.WITHDRAWN);
  }

  private static int version(String key) {
    String name = key.lines().findFirst().orElseThrow();
    return Integer.parseInt(name.substring(name.lastIndexOf('v') + 1));
  }

  private String start(String version) {
    house.manifest("2026.11.1", version);
    Path file =
        house.example.directory().resolve("releases").resolve(version).resolve("release.yaml");
    run(
        "release",
        "start",
        file.toString(),
        "--key=" + house.example.keyOf("pia@example.com"),
        "--wait=AWAITING_SIGN_OFF");
    return ExampleSystem.SYSTEM.release(version).toString();
  }

  private void signOff(String id, String function, String person, String reason) {
    ReleaseId release = ReleaseId.parse(id);
    // Both digests are given, so that the command asks nobody: Vault may be away.
    GateView view = seen(release);
    run(
        "sign-off",
        id,
        "--function=" + function,
        "--approve",
        "--reason=" + reason,
        "--key=" + house.example.keyOf(person + "@example.com"),
        "--release-digest=" + view.releaseDigest(),
        "--review-digest=" + view.reviewDigest());
  }

  private GateView seen(ReleaseId release) {
    return views.computeIfAbsent(release, doors::view);
  }

  private void life(ReleaseId release, OrderKind kind) {
    run(
        "order",
        release.toString(),
        "--" + kind,
        "--reason=The test is over.",
        "--key=" + house.example.keyOf("otto@example.com"));
  }

  private void run(String... command) {
    assertThat(WorkerProcess.run(settings, log, command)).as(() -> read(log)).isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String temporal(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(EngineBinaries.ofThisProcess().temporal().orElseThrow().toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("--address", house.engines.temporal().address()));
    Path errors = log.resolveSibling("temporal.err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(process.exitValue()).as(() -> read(errors)).isZero();
    return said;
  }
}
