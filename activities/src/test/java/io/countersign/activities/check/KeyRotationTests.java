package io.countersign.activities.check;

import static io.countersign.activities.check.CheckScene.MADE_UP;
import static io.countersign.activities.check.CheckScene.NOW;
import static io.countersign.activities.check.CheckScene.RELEASE;
import static io.countersign.activities.check.CheckScene.round;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.port.CheckSigner;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.Progress;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A rotated key of the gate takes effect on workers that go on running. */
class KeyRotationTests {
  private final LocalKeySigner before = new LocalKeySigner();
  private final LocalKeySigner after = new LocalKeySigner();

  @Test
  void aWorkerVerifiesWhatANewerOneSignedSinceTheRotation() {
    List<PublicKey> transit = new ArrayList<>(List.of(before.publicKey()));
    CheckScene running = new CheckScene(transit);
    transit.add(after.publicKey());
    CheckSigner newer = new EnvelopeCheckSigner("worker-2", after, () -> List.copyOf(transit));
    new ChecksActivity(
            List.of(new CheckScene.MadeUp()),
            running.dossiers,
            new Evidence(running.record, new StatementReader(), newer, new ApproverKeys()),
            running.record,
            running.broker,
            policy -> running.source(),
            issuer -> SlotIdentity.keys(List.of()),
            Contexts.nothingToSee(),
            running.rules(),
            new StatementReader(),
            newer,
            running.ledger)
        .run(MADE_UP, round(1), Progress.unwatched());
    assertThat(running.results(1)).extracting(CheckResult::check).containsExactly(MADE_UP);
  }

  @Test
  void aWorkerSignsWithTheNewVersionOnceWhatItReadIsOld() {
    AtomicReference<GateKey> transit =
        new AtomicReference<>(new GateKey(before, List.of(before.publicKey())));
    Hands clock = new Hands();
    CheckSigner worker = new EnvelopeCheckSigner("worker-1", transit::get, clock);
    transit.set(new GateKey(after, List.of(before.publicKey(), after.publicKey())));
    assertThat(signed(worker)).contains(before.keyId());
    clock.now = NOW.plus(Duration.ofMinutes(5));
    assertThat(signed(worker)).contains(after.keyId());
    assertThat(worker.workers()).hasSize(2);
  }

  private static String signed(CheckSigner worker) {
    CheckResult result =
        new CheckResult(
            MADE_UP, CheckOutcome.PASS, List.of(), new TreeMap<>(), List.of(), List.of());
    return new String(
        worker.sign(
            new CheckStatement(
                RELEASE, Digest.of(new byte[0]), 1, result, worker.worker(), NOW, NOW)),
        StandardCharsets.UTF_8);
  }

  /** A clock that the test moves. */
  private static final class Hands extends Clock {
    private Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
