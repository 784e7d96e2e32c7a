package io.countersign.activities.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.memory.UnsafeInMemoryCredentialBroker;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.grant.Revoking;
import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.GateRules.SignedFile;
import io.countersign.activities.port.Grants.Written;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.WorkflowDirectory.Presence;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.Grant;
import io.countersign.record.GrantOrder;
import io.countersign.record.GrantRequestKey;
import io.countersign.record.GrantState;
import io.countersign.record.GrantTicket;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Releases with access in memory, a Temporal that says what a test tells it, and a sweeper. */
final class SweepWorld {
  static final String SUBJECT = "spiffe://prod.example.com/w";
  static final String AUDIENCE = "countersign";
  static final int LIMIT = 2;
  static final Duration VALIDITY = Duration.ofDays(30);
  private static final int SYSTEMS = 6;

  final Hands clock = new Hands();
  final ReleaseRecord record = new UnsafeInMemoryReleaseRecord();
  final UnsafeInMemoryCredentialBroker vault =
      new UnsafeInMemoryCredentialBroker(clock, () -> clock.forward(Duration.ofMillis(1)));
  final SickBroker broker = new SickBroker(vault);
  final ScriptedDirectory directory = new ScriptedDirectory();
  final List<String> notices = new ArrayList<>();
  final Ledger ledger = new Ledger(record, clock);
  final Sweeping sweeping;

  SweepWorld() {
    vault.policy("fraud-read", "path \"secret/data/fraud\" { capabilities = [\"read\"] }");
    IntStream.range(0, SYSTEMS).forEach(n -> vault.onboard(SystemRef.of(release(n, "1"))));
    Dossiers dossiers = new Dossiers(record, new NothingReadable());
    GatePolicy policy = policy();
    sweeping =
        new Sweeping(
            record,
            broker,
            directory,
            unsigned(policy),
            dossiers,
            new Revoking(dossiers, record, broker, ledger),
            (release, kind, detail) -> notices.add(release + " " + detail),
            ledger);
  }

  static ReleaseId release(int system, String version) {
    return new ReleaseId("production", "s" + system, version);
  }

  /** A release with a role in Vault and a workflow that runs; answers its workload's token. */
  String live(ReleaseId id) {
    GrantTicket ticket = writing(id);
    GrantSpec spec = spec(id, ticket.slot());
    record
        .grants()
        .whileWriting(
            ticket,
            RecordFixture.SPEC,
            clock.instant(),
            grant -> {
              vault.grant(spec);
              return new Written<>(true, RecordFixture.PROOF);
            });
    return login(id, ticket.slot());
  }

  /** A release that holds a slot in the record and whose workflow runs. */
  GrantTicket writing(ReleaseId id) {
    frozen(id);
    directory.says(id, Presence.RUNNING);
    return record
        .grants()
        .openGrant(
            new GrantOrder(
                id,
                new GrantRequestKey("generation/1"),
                clock.instant(),
                clock.instant().plus(VALIDITY),
                ScriptedDirectory.NAMESPACE,
                "first-run-of-" + id));
  }

  void frozen(ReleaseId id) {
    record.releases().freeze(RecordFixture.release(id, "{\"v\":\"" + id + "\"}"));
  }

  /** A role in Vault that the record knows nothing of; answers a token of it. */
  String orphan(ReleaseId id, Slot slot) {
    vault.plant(SystemRef.of(id), SlotRole.of(spec(id, slot)));
    return login(id, slot);
  }

  String login(ReleaseId id, Slot slot) {
    return vault.login(SystemRef.of(id), slot, id.version(), SUBJECT, AUDIENCE);
  }

  static GrantSpec spec(ReleaseId id, Slot slot) {
    return new GrantSpec(
        id, slot, SUBJECT, AUDIENCE, List.of("fraud-read"), Span.parse("15m"), new Span(VALIDITY));
  }

  /** One pass, a minute after the one before. */
  SweepReport sweep() {
    clock.forward(Duration.ofMinutes(1));
    return sweeping.sweep();
  }

  Grant grant(ReleaseId id) {
    List<Grant> grants = record.grants().grants(id);
    return grants.get(grants.size() - 1);
  }

  List<String> told(ReleaseId id) {
    return record.entries().entries(id).stream().map(e -> e.kind() + " " + e.key()).toList();
  }

  Set<EntryKind> kinds(ReleaseId id) {
    return record.entries().entries(id).stream().map(Entry::kind).collect(Collectors.toSet());
  }

  void assertUntouched(ReleaseId id, String token) {
    assertThat(vault.works(token)).isTrue();
    assertThat(grant(id).state()).isEqualTo(GrantState.LIVE);
    assertThat(login(id, grant(id).slot())).isNotEmpty();
    assertThat(kinds(id))
        .doesNotContain(EntryKind.SWEEP, EntryKind.REVOCATION, EntryKind.REVOCATION_PROVED);
  }

  void assertSwept(ReleaseId id, String token) {
    assertThat(vault.works(token)).isFalse();
    assertThat(grant(id).state()).isEqualTo(GrantState.REVOKED);
    assertThat(vault.inspect(SystemRef.of(id), grant(id).slot()).isEmpty()).isTrue();
    assertThat(kinds(id))
        .contains(EntryKind.SWEEP, EntryKind.REVOCATION, EntryKind.REVOCATION_PROVED);
  }

  static Finding only(SweepReport report) {
    assertThat(report.findings()).hasSize(1);
    return report.findings().get(0);
  }

  private static GatePolicy policy() {
    String systems =
        IntStream.range(0, SYSTEMS)
            .mapToObj(
                n ->
                    "  - {name: s%d, environment: production, issuer: i, subject: \"%s\","
                            .formatted(n, SUBJECT)
                        + " audience: countersign, policySets: [[fraud-read]], tokenTtl: 1h,"
                        + " validity: 30d}\n")
            .collect(Collectors.joining());
    String text =
        """
        apiVersion: countersign.io/v1
        kind: GatePolicy
        sources: {files: ["."]}
        issuers:
          i: {issuer: "https://k8s.example.com", algorithms: [ES256], publicKeys: [k.pem]}
        systems:
        SYSTEMSacceptableUse: {prohibited: [social scoring], dataClasses: {pii: [internal]}}
        lifecycle: {cutoverGrace: 10m, standby: 7d, suspension: 72h, identityProof: 24h, drift: 5m, sweep: 5m, sweepLimit: LIMIT}
        tiers:
          - name: standard
            when: [{always: true}]
            checks: [{check: mlops.model-quality}]
            requirements: [{function: mlops, quorum: 1}]
            signOffs: {deadline: 72h, maxAge: 14d}
            caps: {tokenTtl: 1h, validity: 30d}
        """
            .replace("SYSTEMS", systems)
            .replace("LIMIT", Integer.toString(LIMIT));
    return new DocumentReader(key -> key)
        .gate("gate.yaml", text.getBytes(StandardCharsets.UTF_8))
        .policy();
  }

  private static GateRules unsigned(GatePolicy policy) {
    return new GateRules() {
      @Override
      public Rules now() {
        return rules(policy);
      }

      @Override
      public void requireInForce(SignedFile gate, SignedFile approvers, Instant at) {}
    };
  }

  private static Rules rules(GatePolicy policy) {
    SignedFile none = new SignedFile(new byte[0], new byte[0]);
    String approvers =
        """
        apiVersion: countersign.io/v1
        kind: Approvers
        people: [{id: mara@example.com, functions: [mlops], keys: [{publicKey: k}]}]
        """;
    return new Rules(
        policy,
        none,
        new DocumentReader(key -> key).approvers(approvers.getBytes(StandardCharsets.UTF_8)),
        none,
        person -> List.of());
  }

  /** A clock that a test moves. */
  static final class Hands extends Clock {
    private Instant now = RecordFixture.NOW;

    void forward(Duration by) {
      now = now.plus(by);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  /** The archive is unreadable in every test here: taking access away must not depend on it. */
  private static final class NothingReadable implements DocumentParser {
    @Override
    public Manifest manifest(JsonNode json) {
      throw unreadable();
    }

    @Override
    public GatePolicy gatePolicy(byte[] bytes) {
      throw unreadable();
    }

    @Override
    public Approvers approvers(byte[] bytes) {
      throw unreadable();
    }

    private static GateException unreadable() {
      return new GateException(FailureType.INVALID_MANIFEST, "not readable any more");
    }
  }
}
