package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.BundleVerifier;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.audit.Finding;
import io.countersign.activities.audit.Flaw;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Trust;
import io.countersign.policy.Trust.GateKey;
import io.countersign.release.ReleaseId;
import io.countersign.worker.config.Auditing;
import io.countersign.worker.config.GateAssembly;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Somebody with a bundle and a trust file, and nothing else of the house. */
final class Auditor {
  private final Trust trust;

  private Auditor(Trust trust) {
    this.trust = trust;
  }

  static Auditor of(Trust trust) {
    return new Auditor(trust);
  }

  /** Who believes the owners of a house's rules and every version of its key. */
  static Auditor of(UnitHouse house) {
    Path owners = house.example.directory().resolve("policy-owners.yaml");
    List<Person> people =
        Files.exists(owners)
            ? GateAssembly.reader().approvers(owners).approvers().people()
            : List.of();
    List<GateKey> keys =
        house.key.versions().stream()
            .map(
                key ->
                    new GateKey(
                        key.keyId(),
                        "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getEncoder().encodeToString(key.publicKey().getEncoded())
                            + "\n-----END PUBLIC KEY-----\n"))
            .toList();
    return new Auditor(new Trust(people, people.isEmpty(), keys, List.of()));
  }

  /** Who believes one version of the gate's key less: the oldest. */
  Auditor withoutTheOldestKey() {
    List<GateKey> keys = trust.gateKeys();
    return new Auditor(
        new Trust(
            trust.policyOwners(),
            trust.unsignedRules(),
            keys.subList(1, keys.size()),
            trust.timeStampAuthorities()));
  }

  /** Who was told that the first policy owner left at this time. */
  Auditor withoutOwner(Instant withdrawnAt) {
    List<Person> people = new ArrayList<>(trust.policyOwners());
    Person first = people.get(0);
    people.set(
        0,
        new Person(
            first.id(),
            first.functions(),
            first.orders(),
            first.submit(),
            first.keys(),
            first.validFrom(),
            first.validUntil(),
            withdrawnAt,
            first.read()));
    return new Auditor(new Trust(people, false, trust.gateKeys(), trust.timeStampAuthorities()));
  }

  /** What the house hands out of a release. */
  static byte[] bundle(UnitHouse house, ReleaseId release) {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    try {
      house.assembly.bundles().write(release, bundle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bundle.toByteArray();
  }

  Audit verify(byte[] bundle, Options options) {
    try {
      return BundleVerifier.verify(
          new ByteArrayInputStream(bundle), Auditing.tools(trust, Clock.systemUTC()), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Audit closed(byte[] bundle) {
    return verify(bundle, new Options(false, null));
  }

  Audit open(byte[] bundle) {
    return verify(bundle, new Options(true, null));
  }

  /** Holds an honest bundle of a record that has ended. */
  Audit holds(byte[] bundle) {
    Audit audit = closed(bundle);
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.end()).isNotNull();
    return audit;
  }

  /** Holds an honest bundle of a record that goes on, which is no closed one. */
  Audit holdsOpen(byte[] bundle) {
    Audit audit = open(bundle);
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.end()).isNull();
    assertThat(closed(bundle).findings()).extracting(Finding::flaw).containsOnly(Flaw.NOT_CLOSED);
    return audit;
  }

  /** Finds this wrong with a bundle, open or not. */
  void catches(Rewritten forged, Flaw flaw, String words) {
    assertThat(open(forged.bundle()).findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.flaw()).isEqualTo(flaw);
              assertThat(finding.detail()).contains(words);
            });
  }
}
