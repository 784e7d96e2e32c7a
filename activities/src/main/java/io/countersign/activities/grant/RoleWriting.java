package io.countersign.activities.grant;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.Grants.Written;
import io.countersign.activities.port.Permit;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.RunIdentity;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.EmergencyCase;
import io.countersign.activities.release.EmergencyReview;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.GateJson;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.SystemRef;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.Grant;
import io.countersign.record.GrantOrder;
import io.countersign.record.GrantRequestKey;
import io.countersign.record.GrantState;
import io.countersign.record.GrantTicket;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes the slot in the record, writes the role while the record holds the grant locked, and says
 * LIVE.
 */
public final class RoleWriting {
  /** How far the clocks of two workers may differ. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  private final ReleaseRecord record;
  private final CredentialBroker broker;
  private final RunIdentity runs;
  private final Evidence evidence;
  private final GateSigner gate;
  private final Ledger ledger;

  public RoleWriting(
      ReleaseRecord record,
      CredentialBroker broker,
      RunIdentity runs,
      Evidence evidence,
      GateSigner gate,
      Ledger ledger) {
    this.record = record;
    this.broker = broker;
    this.runs = runs;
    this.evidence = evidence;
    this.gate = gate;
    this.ledger = ledger;
  }

  /**
   * SCOPE_CHANGED when the policies read back with the role are not those of the review,
   * NOT_APPROVED when an open grant would outlive what people approved or accept now.
   *
   * @param until when people's consent to failed checks ends; null without one
   */
  Grant write(GrantRequest request, Dossier dossier, @Nullable Instant until) {
    ReleaseId release = dossier.id();
    SortedMap<String, Digest> signed = signedPolicies(release);
    returnFromSuccessor(release);
    GrantTicket ticket = takenOver(request).orElseGet(() -> opened(request, dossier, until));
    requireApprovedEnd(ticket, dossier);
    if (until != null && ticket.expiresAt().isAfter(until)) {
      throw new GateException(
          FailureType.NOT_APPROVED,
          "the open grant ends at " + ticket.expiresAt() + ", the waivers at " + until);
    }
    GrantSpec spec =
        new GrantSpec(
            release,
            ticket.slot(),
            dossier.system().subject(),
            dossier.system().audience(),
            dossier.manifest().access().policies(),
            dossier.manifest().access().tokenTtl(),
            dossier.manifest().access().validity());
    record.grants().whileWriting(ticket, json(spec), ledger.now(), grant -> written(spec, signed));
    Grant live =
        record.grants().grants(release).stream()
            .filter(grant -> grant.grantId().equals(ticket.grantId()))
            .findFirst()
            .orElseThrow();
    tell(live, dossier);
    supersede(live);
    return live;
  }

  /**
   * The end of the validity. It keeps running through suspensions, restorations and further runs;
   * only a signed rollback to this release begins it anew. A waiver that ends earlier ends it
   * earlier.
   */
  private Instant end(Dossier dossier, Instant opened, @Nullable Instant until) {
    ReleaseId release = dossier.id();
    Instant from =
        record.entries().orders(release).stream()
            .filter(entry -> OrderKind.ROLLBACK.toString().equals(told(entry, "order")))
            .filter(entry -> !release.toString().equals(told(entry, "names")))
            .map(Entry::at)
            .max(Comparator.naturalOrder())
            .orElse(Instant.MIN);
    Instant begun =
        record.grants().grants(release).stream()
            .filter(grant -> grant.liveAt() != null && !grant.openedAt().isBefore(from))
            .map(Grant::openedAt)
            .min(Comparator.naturalOrder())
            .orElse(opened);
    Instant end = begun.plus(dossier.manifest().access().validity().duration());
    if (!opened.isBefore(end)) {
      throw new GateException(FailureType.EXPIRED, "the validity ended at " + end);
    }
    if (until == null || !until.isBefore(end)) {
      return end;
    }
    if (!opened.isBefore(until)) {
      throw new GateException(FailureType.NOT_APPROVED, "the waivers ended at " + until);
    }
    return until;
  }

  /** A row that somebody else wrote must not give more time than people approved. */
  private void requireApprovedEnd(GrantTicket ticket, Dossier dossier) {
    Instant latest = ledger.now().plus(CLOCK_SKEW);
    Instant opened = ticket.openedAt().isBefore(latest) ? ticket.openedAt() : latest;
    if (ticket
        .expiresAt()
        .isAfter(opened.plus(dossier.manifest().access().validity().duration()))) {
      throw new GateException(
          FailureType.NOT_APPROVED,
          "the open grant ends at " + ticket.expiresAt() + ", later than the approved validity");
    }
  }

  private static String told(Entry entry, String field) {
    return Dossiers.json(entry.body()).path(field).asText();
  }

  /**
   * The grant that the record holds open already. A run that was reset or started anew goes on with
   * it. Temporal itself says that the run which asks is the release's own and runs: a run under
   * another name would hold the access where no order reaches it.
   */
  private Optional<GrantTicket> takenOver(GrantRequest request) {
    ReleaseId release = request.release();
    if (!runs.runs(release, request.firstRunId())) {
      throw new GateException(
          FailureType.RECORD_CONFLICT,
          request.firstRunId() + " is not the run that answers for " + release);
    }
    return record.grants().takeOver(release, runs.namespaceId(), request.firstRunId());
  }

  static GrantRequestKey key(GrantRequest request) {
    return new GrantRequestKey("generation/" + request.generation() + "/" + request.firstRunId());
  }

  private GrantTicket opened(GrantRequest request, Dossier dossier, @Nullable Instant until) {
    Instant opened = ledger.now();
    return record
        .grants()
        .openGrant(
            new GrantOrder(
                dossier.id(),
                key(request),
                opened,
                end(dossier, opened, until),
                runs.namespaceId(),
                request.firstRunId()));
  }

  /** Digests of the policies' bodies in the review that people signed, by name. */
  private SortedMap<String, Digest> signedPolicies(ReleaseId release) {
    SortedMap<String, Digest> signed = new TreeMap<>();
    evidence
        .reviewDocument(release, record.releases().reviewRound(release))
        .orElseThrow(
            () -> new GateException(FailureType.RECORD_CONFLICT, "there is no review to grant on"))
        .path("policies")
        .properties()
        .forEach(
            body ->
                signed.put(
                    body.getKey(),
                    Digest.of(body.getValue().asText().getBytes(StandardCharsets.UTF_8))));
    return signed;
  }

  private Written<Boolean> written(GrantSpec spec, SortedMap<String, Digest> signed) {
    SystemRef system = SystemRef.of(spec.release());
    if (broker.inspect(system, spec.slot()).roles().stream().anyMatch(role -> role.isProbe())) {
      broker.closeProbe(system, spec.slot());
    }
    GrantProof proof = broker.grant(spec);
    if (!proof.policies().equals(signed)) {
      throw new GateException(
          FailureType.SCOPE_CHANGED, "a policy changed while the role was being written");
    }
    return new Written<>(true, json(proof));
  }

  /** The entry is what decision nodes go by: from here on they know of the grant. */
  private void tell(Grant live, Dossier dossier) {
    Instant since = Objects.requireNonNull(live.liveAt());
    Optional<Instant> reviewBy =
        EmergencyReview.by(record, live.release())
            .or(
                () ->
                    EmergencyCase.of(dossier).map(asked -> since.plus(asked.review().duration())));
    String permit = permit(live, dossier, reviewBy.orElse(null));
    ledger.append(
        live.release(),
        EntryKind.GRANT,
        "grant/" + live.grantId(),
        body -> {
          body.put("grantId", live.grantId().toString());
          body.put("slot", live.slot().toString());
          body.put("expiresAt", live.expiresAt().toString());
          reviewBy.ifPresent(by -> body.put(EmergencyReview.REVIEW_BY, by.toString()));
          body.set("spec", Dossiers.json(Objects.requireNonNull(live.spec())));
          body.set("proof", Dossiers.json(Objects.requireNonNull(live.grantProof())));
          body.set("permit", Ledger.tree(permit));
        });
    ledger.state(
        live.release(),
        EntryKind.STATE,
        "state/" + live.grantId() + "/" + GateState.LIVE,
        GateState.LIVE.name(),
        "granted in slot " + live.slot());
  }

  private String permit(Grant live, Dossier dossier, @Nullable Instant reviewBy) {
    return gate.sign(
        PermitStatement.of(
            new Permit(
                live.grantId(),
                live.release(),
                dossier.frozen().releaseDigest(),
                dossier.frozen().gateDigest(),
                live.expiresAt(),
                reviewBy)));
  }

  /**
   * The release that was live until now is replaced; its own gate ends its access after the cutover
   * grace.
   */
  private void supersede(Grant live) {
    for (Grant other :
        record.grants().openGrants(live.release().environment(), live.release().system())) {
      if (other.state() == GrantState.LIVE
          && other.ordinal() < live.ordinal()
          && record.live().superseded(other.release()).isEmpty()) {
        record.live().markSuperseded(other.release(), live.release(), ledger.now());
        ledger.append(
            other.release(),
            EntryKind.SUPERSEDED,
            "superseded/" + live.grantId(),
            body -> body.put("by", live.release().toString()));
      }
    }
  }

  /** A release that is rolled back to is no longer replaced by what it replaces now. */
  private void returnFromSuccessor(ReleaseId release) {
    record
        .live()
        .superseded(release)
        .ifPresent(supersession -> record.live().clearSuperseded(supersession.by(), ledger.now()));
  }

  /**
   * The release in cutover whose slot could be free, if any; the record notes that it is wanted.
   */
  Optional<ReleaseId> inTheWay(ReleaseId wanting) {
    Optional<ReleaseId> superseded =
        record.grants().openGrants(wanting.environment(), wanting.system()).stream()
            .map(Grant::release)
            .filter(holder -> record.live().superseded(holder).isPresent())
            .findFirst();
    superseded.ifPresent(
        holder ->
            ledger.append(
                holder,
                EntryKind.ALARM,
                Watching.SLOT_WANTED + wanting.version(),
                body -> body.put("by", wanting.toString())));
    return superseded;
  }

  static JsonDocument json(Object value) {
    JsonNode tree = GateJson.mapper().valueToTree(value);
    return Dossiers.document(tree);
  }
}
