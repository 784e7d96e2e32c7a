package io.countersign.activities.adapter.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyApprovalTests {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final byte[] BYTES = "tiers: []\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;
  private final List<Person> owners = new ArrayList<>();
  private Path file;
  private SigningKey ada;
  private SigningKey bob;
  private PolicyApproval approval;

  @BeforeEach
  void twoOwners() {
    file = directory.resolve("gate.yaml");
    ada = key("ada", KeyAlgorithm.ED25519);
    bob = key("bob", KeyAlgorithm.ECDSA_P256);
    owners.add(person("ada", ada, null, null));
    owners.add(person("bob", bob, null, null));
    approval = new PolicyApproval(() -> new Approvers(owners), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void takesBytesThatTwoOwnersSigned() {
    refused(file, BYTES);
    approval.sign(file, BYTES, "ada", ada);
    refused(file, BYTES);
    approval.sign(file, BYTES, "bob", bob);
    approval.require(file, BYTES, FailureType.INVALID_GATE_POLICY);
    assertThat(approval.approvals(file, BYTES))
        .extracting(PolicyApproval.Approval::person)
        .containsExactly("ada", "bob");
  }

  @Test
  void countsAnOwnerOnceHoweverOftenTheySign() {
    approval.sign(file, BYTES, "ada", ada);
    approval.sign(file, BYTES, "ada", ada);
    refused(file, BYTES);
  }

  @Test
  void refusesOneChangedByteAndAnotherName() throws IOException {
    both();
    refused(file, "tiers: [] \n".getBytes(StandardCharsets.UTF_8));
    Path other = directory.resolve("approvers.yaml");
    Files.copy(PolicyApproval.signatures(file), PolicyApproval.signatures(other));
    refused(other, BYTES);
  }

  @Test
  void refusesAKeyThatSpeaksForSomebodyElse() {
    assertThatThrownBy(() -> approval.sign(file, BYTES, "bob", ada))
        .isInstanceOf(GateException.class)
        .hasMessageStartingWith("UNKNOWN_KEY");
    assertThatThrownBy(() -> approval.sign(file, BYTES, "eve", ada))
        .isInstanceOf(GateException.class);
    assertThat(PolicyApproval.signatures(file)).doesNotExist();
  }

  @Test
  void forgetsAnOwnerWhoWasWithdrawnAndAKeyThatWasRevoked() {
    both();
    owners.set(0, person("ada", ada, NOW.minusSeconds(1), null));
    refused(file, BYTES);
    owners.set(0, person("ada", ada, null, NOW.minusSeconds(1)));
    refused(file, BYTES);
    owners.set(0, person("ada", ada, null, null));
    approval.require(file, BYTES, FailureType.INVALID_GATE_POLICY);
  }

  @Test
  void isNotHarmedByLinesThatCannotBeRead() throws IOException {
    both();
    Files.writeString(
        PolicyApproval.signatures(file), "junk\n\n{\"payload\":\"\"}\n", StandardOpenOption.APPEND);
    approval.require(file, BYTES, FailureType.INVALID_GATE_POLICY);
  }

  @Test
  void refusesASignatureThatIsDatedInTheFuture() {
    PolicyApproval early =
        new PolicyApproval(
            () -> new Approvers(owners), Clock.fixed(NOW.minusSeconds(3600), ZoneOffset.UTC));
    both();
    assertThat(early.approvals(file, BYTES)).isEmpty();
  }

  private void both() {
    approval.sign(file, BYTES, "ada", ada);
    approval.sign(file, BYTES, "bob", bob);
  }

  private void refused(Path path, byte[] bytes) {
    assertThatThrownBy(() -> approval.require(path, bytes, FailureType.INVALID_GATE_POLICY))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("policy owners over these bytes, allowed are 2 or more");
  }

  private SigningKey key(String name, KeyAlgorithm algorithm) {
    return KeyFiles.generate(algorithm, directory.resolve(name), directory.resolve(name + ".pub"));
  }

  private static Person person(
      String id, SigningKey key, @Nullable Instant withdrawnAt, @Nullable Instant revokedAt) {
    String pem = Pem.write("PUBLIC KEY", key.verificationKey().encoded());
    PersonKey one = new PersonKey(key.verificationKey().keyId(), pem, null, null, revokedAt);
    return new Person(id, List.of(), List.of(), false, List.of(one), null, null, withdrawnAt, null);
  }
}
