package io.countersign.activities.release;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.Bearers;
import io.countersign.activities.port.CiTokenRules;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.GateRules.SignedFile;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.Submission;
import io.countersign.activities.signoff.Submission.Ci;
import io.countersign.activities.signoff.Submission.Person;
import io.countersign.activities.tier.Tiers;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.policy.GatePolicy.CiRule;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.record.LiveRelease;
import io.countersign.record.NewEntry;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes a submission in: proves who sent it, finds its tier and freezes its rules. */
public final class Intake {
  static final Duration CLOCK_SKEW = Duration.ofMinutes(2);
  private static final int STRANGERS = 100;

  private final ReleaseRecord record;
  private final GateRules rules;
  private final DocumentParser parser;
  private final SignedStatements statements;
  private final CiTokenRules ciTokens;
  private final CredentialBroker broker;
  private final Differences differences;
  private final Ledger ledger;
  private final Bearers bearers;

  public Intake(
      ReleaseRecord record,
      GateRules rules,
      DocumentParser parser,
      SignedStatements statements,
      CiTokenRules ciTokens,
      CredentialBroker broker,
      Differences differences,
      Ledger ledger,
      Bearers bearers) {
    this.record = record;
    this.rules = rules;
    this.parser = parser;
    this.statements = statements;
    this.ciTokens = ciTokens;
    this.broker = broker;
    this.differences = differences;
    this.ledger = ledger;
    this.bearers = bearers;
  }

  /** Freezes the release, or answers what was frozen before for the same digest. */
  public FrozenRelease take(io.countersign.activity.Submission asked) {
    byte[] envelope = asked.envelope().getBytes(StandardCharsets.UTF_8);
    Rules now = rules.now();
    try {
      Submission submission =
          statements.submission(
              envelope, now.keys(), ciTokens.under(now.policy()), verificationTime(asked));
      requireAsked(asked, submission);
      Optional<FrozenRelease> before = record.releases().frozen(submission.release());
      if (before.isPresent() && before.get().releaseDigest().equals(submission.releaseDigest())) {
        return before.get();
      }
      String submitter = submitter(submission, now);
      return freeze(asked.envelope(), submission, submitter, now);
    } catch (GateException refusal) {
      refuse(asked, Digest.of(envelope), refusal);
      throw refusal;
    }
  }

  /** A CI token lives for minutes; a repeated resolution verifies it for the time of the first. */
  private Instant verificationTime(io.countersign.activity.Submission asked) {
    return record
        .releases()
        .frozen(asked.release())
        .map(FrozenRelease::frozenAt)
        .orElseGet(ledger::now);
  }

  private static void requireAsked(
      io.countersign.activity.Submission asked, Submission submission) {
    if (!asked.release().equals(submission.release())
        || !asked.releaseDigest().equals(submission.releaseDigest())) {
      throw new GateException(
          FailureType.WRONG_RELEASE, "the envelope is about " + submission.release());
    }
  }

  private String submitter(Submission submission, Rules now) {
    Instant at = ledger.now();
    if (!at.isBefore(submission.expiresAt())) {
      throw new GateException(
          FailureType.EXPIRED, "the submission ended at " + submission.expiresAt());
    }
    if (submission.issuedAt().isAfter(at.plus(CLOCK_SKEW))) {
      throw new GateException(
          FailureType.NOT_YET_VALID, "the submission is dated " + submission.issuedAt());
    }
    if (submission.submitter() instanceof Ci ci) {
      return submitter(submission, ci.identity(), now);
    }
    return submitter(submission, (Person) submission.submitter(), now.approvers(), at);
  }

  private static String submitter(
      Submission submission, Person claimed, Approvers approvers, Instant at) {
    Approvers.Person person =
        approvers
            .person(claimed.person())
            .orElseThrow(() -> new GateException(FailureType.UNKNOWN_PERSON, claimed.person()));
    PersonKey key =
        person
            .key(claimed.keyId())
            .orElseThrow(() -> new GateException(FailureType.UNKNOWN_KEY, claimed.person()));
    if (key.revokedAt(at)) {
      throw new GateException(FailureType.KEY_REVOKED, claimed.person());
    }
    if (!key.validAt(submission.issuedAt())) {
      throw new GateException(FailureType.KEY_NOT_VALID, claimed.person());
    }
    if (!person.validAt(at)) {
      throw new GateException(FailureType.PERSON_NOT_VALID, claimed.person());
    }
    if (!Boolean.TRUE.equals(person.submit())) {
      throw new GateException(
          FailureType.NOT_ALLOWED, claimed.person() + " may not submit releases");
    }
    return person.id();
  }

  /** The person behind a CI run is the submitter; a run without one is known by its subject. */
  private String submitter(Submission submission, CiIdentity run, Rules now) {
    if (!record
        .identities()
        .useTokenId(run.issuer(), run.tokenId(), submission.releaseDigest(), run.expiresAt())) {
      throw new GateException(FailureType.REPLAYED, "the token submitted another release before");
    }
    CiRule rule =
        now.policy().ci().stream()
            .filter(r -> r.name().equals(run.rule()))
            .findFirst()
            .orElseThrow(
                () -> new GateException(FailureType.BAD_TOKEN, "no rule lets this run in"));
    String actor = run.actor();
    if (actor == null) {
      throw new GateException(
          FailureType.NOT_ALLOWED,
          "the rule " + rule.name() + " has no personClaim, so nobody would answer for the run");
    }
    return rule.people().getOrDefault(actor, actor);
  }

  private FrozenRelease freeze(
      String envelope, Submission submission, String submitter, Rules now) {
    // Before the predecessor is looked up: what was live at this time was seen.
    Instant at = ledger.now();
    Manifest manifest = parser.manifest(submission.manifest());
    ReleaseId id = submission.release();
    if (!manifest.id().equals(id)) {
      throw new GateException(FailureType.WRONG_RELEASE, "the manifest is of " + manifest.id());
    }
    SystemPolicy system =
        now.policy()
            .system(id.environment(), id.system())
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.UNKNOWN_SYSTEM, id.environment() + "/" + id.system()));
    Bounds.requireWithin(system, manifest);
    SortedMap<String, String> policies =
        new TreeMap<>(broker.policies(manifest.access().policies()));
    @Nullable FrozenRelease old = predecessor(id);
    List<Change> changes =
        differences.between(
            old == null ? null : parser.manifest(Dossiers.json(old.manifest())),
            old == null ? new TreeMap<>() : Dossier.frozenPolicies(old),
            manifest,
            policies,
            now.policy());
    Tier tier = Tiers.choose(now.policy(), manifest, changes, policies).tier();
    Bounds.requireWithin(tier, manifest);
    archive(now.gate());
    archive(now.approversFile());
    FrozenRelease frozen =
        new FrozenRelease(
            id,
            submission.releaseDigest(),
            submitter,
            envelope,
            Dossiers.document(submission.manifest()),
            now.gateDigest(),
            now.approversDigest(),
            1,
            tier.name(),
            requirements(tier),
            old == null ? null : old.id(),
            scope(policies, changes),
            at);
    return record
        .releases()
        .freeze(frozen, List.of(submitted(frozen, submission), resolved(frozen, changes, now)));
  }

  private void archive(SignedFile file) {
    record.documents().putDocument(file.digest(), file.bytes());
    record.documents().putDocument(file.signaturesDigest(), file.signatures());
  }

  private NewEntry submitted(FrozenRelease frozen, Submission submission) {
    return ledger.entry(
        frozen.id(),
        EntryKind.SUBMITTED,
        Ledger.GATE,
        new EntryKey("submitted"),
        body -> {
          bearers
              .submission(frozen.submission())
              .ifPresent(bearer -> body.put(Bearers.FIELD, bearer));
          body.put("submitter", frozen.submitter());
          body.put("statement", submission.statementDigest().toString());
          body.put("releaseDigest", frozen.releaseDigest().toString());
          if (submission.submitter() instanceof Ci ci) {
            body.putObject("ci")
                .put("rule", ci.identity().rule())
                .put("issuer", ci.identity().issuer())
                .put("subject", ci.identity().subject())
                .put("tokenId", ci.identity().tokenId());
          }
        });
  }

  private NewEntry resolved(FrozenRelease frozen, List<Change> changes, Rules now) {
    return ledger.entry(
        frozen.id(),
        EntryKind.RESOLVED,
        Ledger.GATE,
        new EntryKey("resolved"),
        body -> {
          body.put("tier", frozen.tier());
          body.put("gateDigest", frozen.gateDigest().toString());
          body.put("approversDigest", frozen.approversDigest().toString());
          body.put(FrozenRules.GATE_SIGNATURES, now.gate().signaturesDigest().toString());
          body.put(
              FrozenRules.APPROVERS_SIGNATURES, now.approversFile().signaturesDigest().toString());
          body.put(
              "predecessor", frozen.predecessor() == null ? null : frozen.predecessor().toString());
          changes.forEach(change -> body.withArray("changes").add(change.toString()));
        });
  }

  private @Nullable FrozenRelease predecessor(ReleaseId id) {
    return record
        .live()
        .live(id.environment(), id.system())
        .map(LiveRelease::release)
        .filter(live -> !live.equals(id))
        .flatMap(live -> record.releases().frozen(live))
        .orElse(null);
  }

  private void refuse(
      io.countersign.activity.Submission asked, Digest message, GateException refusal) {
    if (refusal.type().retryable()) {
      return;
    }
    record
        .entries()
        .recordRefusal(
            ledger.entry(
                asked.release(),
                EntryKind.SUBMISSION_REFUSED,
                Ledger.GATE,
                EntryKey.refusal(message, refusal.type()),
                body -> {
                  bearers
                      .submission(asked.envelope())
                      .ifPresent(bearer -> body.put(Bearers.FIELD, bearer));
                  body.put("type", refusal.type().name());
                }),
            STRANGERS);
  }

  /** What a tier wants of people, as it is frozen. */
  public static JsonDocument requirements(Tier tier) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    tier.requirements()
        .forEach(
            r ->
                json.withArray("functions")
                    .addObject()
                    .put("function", r.function().toString())
                    .put("quorum", r.quorum()));
    return Dossiers.document(json);
  }

  private static JsonDocument scope(SortedMap<String, String> policies, List<Change> changes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode bodies = json.putObject("policies");
    policies.forEach(bodies::put);
    changes.forEach(change -> json.withArray("changes").add(change.toString()));
    return Dossiers.document(json);
  }

  /** How this release differs from its predecessor, as frozen. */
  public static List<Change> changes(FrozenRelease frozen) {
    List<Change> changes = new ArrayList<>();
    Dossiers.json(frozen.scope())
        .path("changes")
        .forEach(change -> changes.add(Change.parse(change.asText())));
    return changes;
  }
}
