package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.PolicyApproval;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.policy.GateFunction;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.config.PolicyApprovals;
import io.countersign.worker.engine.ExampleSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules count when their owners signed them, whoever froze a release under them (I10): somebody
 * with the worker's login to the record has every row, and no owner's key.
 */
class FrozenRulesTests {
  private static final String FIRST = "2026.11.1";

  @TempDir Path directory;
  private final List<Person> owners = new ArrayList<>();
  private SigningKey ada;
  private SigningKey bob;
  private PolicyApproval approval;
  private Path gate;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    ada = key("ada");
    bob = key("bob");
    owners.add(person("ada", ada));
    owners.add(person("bob", bob));
    approval = new PolicyApproval(() -> new Approvers(owners), Clock.systemUTC());
    ExampleSystem example = UnitHouse.copy(directory);
    gate = example.directory().resolve("gate.yaml");
    Path approvers = example.directory().resolve("approvers.yaml");
    sign(gate);
    sign(approvers);
    house = new UnitHouse(example, PolicyApprovals.endorsement(approval, approvers));
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void rulesThatTheirOwnersSignedCountAfterTheyWereReplaced() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    replaceRules();
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    assertThat(house.login(FIRST)).isPresent();
  }

  @Test
  void anOwnersKeyThatWasRevokedSinceDoesNotCount() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    replaceRules();
    SigningKey newer = key("ada-2");
    owners.set(0, person("ada", newer));
    approval.sign(gate, Files.readAllBytes(gate), "ada", newer);
    Path approvers = gate.resolveSibling("approvers.yaml");
    approval.sign(approvers, Files.readAllBytes(approvers), "ada", newer);
    house.approveAll(id);
    refused(id, FailureType.INVALID_GATE_POLICY, "policy owners over these bytes");
  }

  @Test
  void rulesThatNoOwnerSignedGrantNothing() throws IOException {
    byte[] weaker =
        Files.readString(gate)
            .replace("{function: security, quorum: 1}", "{function: mlops, quorum: 1}")
            .replace(
                "      - {function: mlops, quorum: 1}\n      - {function: mlops, quorum: 1}\n      - {function: risk, quorum: 1}\n",
                "      - {function: mlops, quorum: 1}\n")
            .getBytes(StandardCharsets.UTF_8);
    house.record.documents().putDocument(Digest.of(weaker), weaker);
    house.record.freezing =
        r ->
            copy(
                r,
                Digest.of(weaker),
                r.tier(),
                new JsonDocument("{\"functions\":[{\"function\":\"mlops\",\"quorum\":1}]}"),
                r.predecessor());
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    refused(id, FailureType.INVALID_GATE_POLICY, "policy owners over these bytes");
  }

  @Test
  void aLowerTierThanTheRulesGiveGrantsNothing() {
    house.record.freezing =
        r ->
            copy(
                r,
                r.gateDigest(),
                "standard",
                new JsonDocument(
                    "{\"functions\":[{\"function\":\"mlops\",\"quorum\":1},"
                        + "{\"function\":\"risk\",\"quorum\":1}]}"),
                r.predecessor());
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "rita@example.com", GateFunction.RISK);
    refused(id, FailureType.RECORD_CONFLICT, "the frozen tier");
  }

  @Test
  void aPredecessorThatIsHiddenGrantsNothing() {
    ReleaseId first = house.awaiting(FIRST);
    house.approveAll(first);
    house.await(first, GateState.LIVE);
    house.record.freezing = r -> copy(r, r.gateDigest(), "strong", requirements(first), null);
    ReleaseId second = house.awaiting("2026.11.2");
    house.approveAll(second);
    GateView end = house.await(second, GateState.REJECTED);
    assertThat(end.reasonType()).isEqualTo(FailureType.RECORD_CONFLICT);
    assertThat(end.reason()).contains("the frozen predecessor");
    assertThat(house.login("2026.11.2")).isEmpty();
  }

  @Test
  void aScopeThatGrewIntoAHigherTierSinceTheSubmissionGrantsNothing() throws IOException {
    ReleaseId first = house.awaiting(FIRST);
    house.approveAll(first);
    house.await(first, GateState.LIVE);
    house.example.derive(FIRST, "2026.11.9");
    ReleaseId second = house.awaiting("2026.11.9");
    String body = Files.readString(gate.resolveSibling("vault").resolve("fraud-read.hcl"));
    house.vault.policy(
        "fraud-read",
        body + "\npath \"kv/data/fraud/refund-api\" {\n  capabilities = [\"read\"]\n}\n");
    house.approveAll(second);
    GateView end = house.await(second, GateState.REJECTED);
    assertThat(end.reasonType()).isEqualTo(FailureType.OUTSIDE_POLICY);
    assertThat(end.reason()).contains("wants tier elevated");
    assertThat(house.login("2026.11.9")).isEmpty();
  }

  private void replaceRules() throws IOException {
    Files.writeString(gate, Files.readString(gate) + "# newer\n");
    Files.delete(PolicyApproval.signatures(gate));
    sign(gate);
  }

  private void refused(ReleaseId id, FailureType type, String why) {
    GateView end = house.await(id, GateState.REJECTED);
    assertThat(end.reasonType()).isEqualTo(type);
    assertThat(end.reason()).contains(why);
    assertThat(house.record.grants().grants(id)).isEmpty();
    assertThat(house.login(FIRST)).isEmpty();
  }

  private JsonDocument requirements(ReleaseId release) {
    return house.record.releases().frozen(release).orElseThrow().requirements();
  }

  private static FrozenRelease copy(
      FrozenRelease r,
      Digest gateDigest,
      String tier,
      JsonDocument requirements,
      @Nullable ReleaseId predecessor) {
    return new FrozenRelease(
        r.id(),
        r.releaseDigest(),
        r.submitter(),
        r.submission(),
        r.manifest(),
        gateDigest,
        r.approversDigest(),
        r.reviewRound(),
        tier,
        requirements,
        predecessor,
        r.scope(),
        r.frozenAt());
  }

  private void sign(Path file) throws IOException {
    approval.sign(file, Files.readAllBytes(file), "ada", ada);
    approval.sign(file, Files.readAllBytes(file), "bob", bob);
  }

  private SigningKey key(String name) {
    return KeyFiles.generate(
        KeyAlgorithm.ED25519, directory.resolve(name), directory.resolve(name + ".pub"));
  }

  private static Person person(String id, SigningKey key) {
    PersonKey one = new PersonKey(key.verificationKey().keyId(), pem(key), null, null, null);
    return new Person(id, List.of(), List.of(), false, List.of(one), null, null, null, null);
  }

  private static String pem(SigningKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(key.verificationKey().encoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
