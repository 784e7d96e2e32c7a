package io.countersign.activities.grant;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.PolicyScope;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.port.SubjectSources;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.EmergencyReview;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.release.Standing;
import io.countersign.activity.GateJson;
import io.countersign.activity.GrantActivities.Drift;
import io.countersign.activity.GrantActivities.WatchReport;
import io.countersign.activity.GrantActivities.WatchRequest;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.Inspection;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.policy.Withdrawn;
import io.countersign.record.EntryKind;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.record.Supersession;
import io.countersign.release.Digest;
import io.countersign.release.Manifest.Named;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks whether a live release is still what was approved. Changes nothing; what follows is the
 * workflow's to do.
 */
public final class Watching {
  private static final int REMEMBERED = 100_000;

  /** Key prefix of the note that another approved release wants this one's slot. */
  static final String SLOT_WANTED = "slot-wanted/";

  private final Dossiers dossiers;
  private final ReleaseRecord record;
  private final CredentialBroker broker;
  private final SubjectSources subjects;
  private final Progress progress;
  private final Evidence evidence;
  private final PolicyScope scope;
  private final GateRules rules;
  private final Ledger ledger;

  /** When this worker last found the subjects of a release as approved. */
  private final Map<ReleaseId, Instant> read = kept();

  public Watching(
      Dossiers dossiers,
      ReleaseRecord record,
      CredentialBroker broker,
      SubjectSources subjects,
      Progress progress,
      Evidence evidence,
      PolicyScope scope,
      GateRules rules,
      Ledger ledger) {
    this.dossiers = dossiers;
    this.record = record;
    this.broker = broker;
    this.subjects = subjects;
    this.progress = progress;
    this.evidence = evidence;
    this.scope = scope;
    this.rules = rules;
    this.ledger = ledger;
  }

  private static Map<ReleaseId, Instant> kept() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<ReleaseId, Instant> eldest) {
            return size() > REMEMBERED;
          }
        });
  }

  /** Never fails for what it cannot see: that is an alarm, not a suspension. */
  public WatchReport watch(WatchRequest request) {
    ReleaseId release = request.release();
    Dossier dossier = dossiers.of(release);
    Optional<ReleaseId> successor = record.live().superseded(release).map(Supersession::by);
    boolean wanted =
        record.entries().entries(release, Set.of(EntryKind.ALARM)).stream()
            .anyMatch(entry -> entry.key().text().startsWith(SLOT_WANTED));
    Optional<Grant> live = live(release);
    String grantId = live.map(grant -> grant.grantId().toString()).orElse("none");
    Seen seen;
    try {
      seen = look(dossier, live);
    } catch (GateException failure) {
      seen = failed(failure);
    }
    if (seen.drift() != Drift.NONE) {
      String detail = seen.detail();
      Drift drift = seen.drift();
      ledger.append(
          release,
          EntryKind.DRIFT,
          "drift/" + Digest.of((grantId + drift + detail).getBytes(StandardCharsets.UTF_8)).hex(),
          body -> body.put("drift", drift.name()).put("detail", detail).put("grantId", grantId));
    }
    seen = gravest(recorded(release, grantId), seen);
    return new WatchReport(seen.drift(), seen.detail(), successor.orElse(null), wanted);
  }

  private static Seen failed(GateException failure) {
    return switch (failure.type()) {
      case SUBJECT_CHANGED, SOURCE_REFUSED, OUTSIDE_POLICY ->
          new Seen(Drift.WIDENED, String.valueOf(failure.getMessage()));
      default -> new Seen(Drift.COULD_NOT_LOOK, String.valueOf(failure.getMessage()));
    };
  }

  private Optional<Grant> live(ReleaseId release) {
    return record.grants().grants(release).stream()
        .filter(grant -> grant.state() == GrantState.LIVE)
        .findFirst();
  }

  /**
   * What an earlier look has told of this grant and nobody followed, because the answer was lost on
   * its way: decision nodes have denied since then (docs/runtime-policy.md).
   */
  private Seen recorded(ReleaseId release, String grantId) {
    return record.entries().entries(release, Set.of(EntryKind.DRIFT)).stream()
        .map(entry -> Dossiers.json(entry.body()))
        .filter(body -> body.path("grantId").asText().equals(grantId))
        .map(
            body ->
                new Seen(Drift.valueOf(body.path("drift").asText()), body.path("detail").asText()))
        .filter(seen -> seen.drift() == Drift.WIDENED || seen.drift() == Drift.SUPPLIER_WITHDRAWN)
        .findFirst()
        .orElse(new Seen(Drift.NONE, ""));
  }

  private Seen look(Dossier dossier, Optional<Grant> live) {
    Standing standing = Standing.of(record, dossier.id());
    if (standing != Standing.CLEAR) {
      return new Seen(Drift.WIDENED, "the record says that the release is " + standing);
    }
    if (EmergencyReview.overdue(record, dossier.id(), ledger.now())) {
      return new Seen(Drift.WIDENED, FailureType.REVIEW_OVERDUE.sentence());
    }
    if (live.isEmpty()) {
      return new Seen(Drift.WIDENED, "the record has no live grant of this release");
    }
    Seen suppliers = suppliers(dossier);
    if (suppliers.drift() == Drift.SUPPLIER_WITHDRAWN) {
      return suppliers;
    }
    Seen role = role(dossier, live.get());
    Seen rest = role.drift() == Drift.NONE ? scope(dossier) : role;
    if (rest.drift() == Drift.WIDENED) {
      return rest;
    }
    // Last: a source that is away must not keep the watch from seeing what Vault allows.
    Seen subjects = subjects(dossier);
    return gravest(subjects, gravest(suppliers, rest));
  }

  /** What suspends before what could not be seen, and that before what only tells. */
  private static Seen gravest(Seen one, Seen other) {
    List<Drift> order =
        List.of(Drift.WIDENED, Drift.SUPPLIER_WITHDRAWN, Drift.COULD_NOT_LOOK, Drift.NARROWED);
    for (Drift drift : order) {
      if (one.drift() == drift || other.drift() == drift) {
        return one.drift() == drift ? one : other;
      }
    }
    return one;
  }

  private Seen subjects(Dossier dossier) {
    Span pause = dossier.policy().lifecycle().subjects();
    Instant last = read.get(dossier.id());
    if (pause != null && last != null && ledger.now().isBefore(last.plus(pause.duration()))) {
      return new Seen(Drift.NONE, "");
    }
    try {
      requireSubjects(dossier);
    } catch (GateException failure) {
      return failed(failure);
    }
    read.put(dossier.id(), ledger.now());
    return new Seen(Drift.NONE, "");
  }

  /** By the rules that are in force: those of the release were in force before the withdrawal. */
  private Seen suppliers(Dossier dossier) {
    List<Withdrawn> withdrawn;
    try {
      withdrawn = Withdrawn.of(rules.now().policy(), dossier.manifest(), ledger.now());
    } catch (GateException unusable) {
      // Rule files that cannot be read must not keep the watch from seeing everything else.
      return new Seen(Drift.COULD_NOT_LOOK, String.valueOf(unusable.getMessage()));
    }
    return withdrawn.isEmpty()
        ? new Seen(Drift.NONE, "")
        : new Seen(Drift.SUPPLIER_WITHDRAWN, withdrawn.get(0).toString());
  }

  private Seen role(Dossier dossier, Grant grant) {
    GrantSpec spec =
        GateJson.mapper()
            .convertValue(Dossiers.json(Objects.requireNonNull(grant.spec())), GrantSpec.class);
    Inspection found = broker.inspect(SystemRef.of(dossier.id()), grant.slot());
    SlotRole approved = SlotRole.of(spec);
    if (found.roles().isEmpty()) {
      return new Seen(Drift.NARROWED, "the role is gone: the workload cannot log in");
    }
    for (SlotRole role : found.roles()) {
      if (!role.equals(approved)) {
        return new Seen(
            Drift.WIDENED, "role " + role.name() + " differs in " + approved.differences(role));
      }
    }
    return new Seen(Drift.NONE, "");
  }

  private Seen scope(Dossier dossier) {
    Map<String, String> now = broker.policies(dossier.manifest().access().policies());
    int round = record.releases().reviewRound(dossier.id());
    TreeMap<String, String> approved = new TreeMap<>();
    evidence
        .reviewDocument(dossier.id(), round)
        .ifPresent(
            review ->
                review
                    .path("policies")
                    .properties()
                    .forEach(f -> approved.put(f.getKey(), f.getValue().asText())));
    if (approved.equals(new TreeMap<>(now))) {
      return new Seen(Drift.NONE, "");
    }
    return scope.covers(approved, new TreeMap<>(now))
        ? new Seen(Drift.NARROWED, "a policy in scope changed, but allows nothing more")
        : new Seen(Drift.WIDENED, "a policy in scope allows more than was approved");
  }

  private void requireSubjects(Dossier dossier) {
    SubjectSource source = subjects.under(dossier.policy());
    for (Named named : dossier.manifest().subjects().named()) {
      Digest found = source.digest(named.subject().uri(), progress).digest();
      if (!found.equals(named.subject().digest())) {
        throw new GateException(
            FailureType.SUBJECT_CHANGED, named.name() + " is not what was approved any more");
      }
    }
  }

  private record Seen(Drift drift, String detail) {}
}
