package io.countersign.activities.check;

import io.countersign.activities.port.CheckSigner;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.IssuerKeys;
import io.countersign.activities.port.Lookouts;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.port.SubjectSources;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.failure.GateFailures;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.DynamicActivity;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.EncodedValues;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs every installed check under its own activity type. The request chooses which check runs,
 * never what it sees: the release, its rules and its scope come from the record, and a result that
 * stands in the record is not made again.
 */
public final class ChecksActivity implements DynamicActivity {
  /** Attempts after which a check that cannot do its work is given up. */
  private static final int ATTEMPTS = 20;

  private final Map<String, Check> checks = new TreeMap<>();
  private final Dossiers dossiers;
  private final Evidence evidence;
  private final ReleaseRecord record;
  private final CredentialBroker broker;
  private final SubjectSources sources;
  private final IssuerKeys issuerKeys;
  private final Lookouts lookouts;
  private final GateRules rules;
  private final SignedStatements statements;
  private final CheckSigner signer;
  private final Ledger ledger;
  private final CheckBook book;

  public ChecksActivity(
      List<Check> checks,
      Dossiers dossiers,
      Evidence evidence,
      ReleaseRecord record,
      CredentialBroker broker,
      SubjectSources sources,
      IssuerKeys issuerKeys,
      Lookouts lookouts,
      GateRules rules,
      SignedStatements statements,
      CheckSigner signer,
      Ledger ledger) {
    for (Check check : checks) {
      if (this.checks.put(check.name(), check) != null) {
        throw new IllegalArgumentException("checks: two are installed as " + check.name());
      }
    }
    this.dossiers = dossiers;
    this.evidence = evidence;
    this.record = record;
    this.broker = broker;
    this.sources = sources;
    this.issuerKeys = issuerKeys;
    this.lookouts = lookouts;
    this.rules = rules;
    this.statements = statements;
    this.signer = signer;
    this.ledger = ledger;
    this.book = new CheckBook(record, evidence, ledger);
  }

  @Override
  public CheckVerdict execute(EncodedValues arguments) {
    ActivityExecutionContext temporal = Activity.getExecutionContext();
    String type = temporal.getInfo().getActivityType();
    try {
      return run(type, request(arguments), (what, bytes) -> temporal.heartbeat(bytes));
    } catch (GateException failure) {
      boolean givenUp =
          failure.type() == FailureType.CHECK_BROKEN && temporal.getInfo().getAttempt() >= ATTEMPTS;
      throw givenUp
          ? GateFailures.lasting(
              failure.type(),
              "given up after "
                  + ATTEMPTS
                  + " attempts; "
                  + GateFailures.detailOf(GateFailures.of(failure)))
          : failure;
    }
  }

  private static CheckRequest request(EncodedValues arguments) {
    try {
      return arguments.get(0, CheckRequest.class);
    } catch (DataConverterException e) {
      throw new GateException(FailureType.UNREADABLE, "the argument is not a check request", e);
    }
  }

  /** Runs one check of a release's tier in one round, or answers what the record has of it. */
  CheckVerdict run(String name, CheckRequest request, Progress progress) {
    Check check = checks.get(name);
    Dossier dossier = dossiers.of(request.release());
    Optional<CheckRule> rule =
        dossier.tier().checks().stream().filter(r -> r.check().equals(name)).findFirst();
    if (check == null || rule.isEmpty()) {
      throw new GateException(
          FailureType.UNKNOWN_CHECK,
          check == null
              ? name + " is not installed on this worker"
              : name + " is not a check of tier " + dossier.tier().name());
    }
    if (rule.get().worker() != null) {
      throw new GateException(
          FailureType.UNKNOWN_CHECK,
          name + " is answered from task queue " + rule.get().worker().taskQueue());
    }
    int round = evidence.begin(dossier, request.round());
    Optional<CheckVerdict> before = book.recorded(dossier, round, name);
    if (before.isPresent()) {
      return before.get();
    }
    Instant startedAt = ledger.now();
    CheckResult result = result(check, context(dossier, rule.get(), name, round, progress));
    CheckStatement statement =
        new CheckStatement(
            dossier.id(),
            dossier.frozen().releaseDigest(),
            round,
            result,
            signer.worker(),
            startedAt,
            ledger.now());
    write(dossier, statement);
    return book.recorded(dossier, round, name).orElseThrow();
  }

  /** A check that throws anything but the catalogue is broken; its words stay out of histories. */
  private static CheckResult result(Check check, CheckContext context) {
    try {
      return check.result(context);
    } catch (GateException | ActivityCompletionException known) {
      throw known;
    } catch (RuntimeException defect) {
      throw new GateException(
          FailureType.CHECK_BROKEN,
          check.name() + " met a defect: " + defect.getClass().getSimpleName(),
          defect);
    }
  }

  private void write(Dossier dossier, CheckStatement statement) {
    byte[] envelope = signer.sign(statement);
    // A signature that does not verify here would verify nowhere; it must not get into the record.
    statements.checkResult(envelope, signer.workers());
    book.write(dossier, statement, envelope, signer.worker());
  }

  private CheckContext context(
      Dossier dossier, CheckRule rule, String name, int round, Progress progress) {
    ReleaseId predecessor = dossier.frozen().predecessor();
    @Nullable Dossier old = predecessor == null ? null : dossiers.of(predecessor);
    return new CheckContext(
        dossier.manifest(),
        old == null ? null : old.manifest(),
        dossier.system(),
        dossier.policy(),
        dossier.tier(),
        rule.with(),
        new ArchivedSource(sources.under(dossier.policy()), record.documents()),
        new TreeMap<>(broker.policies(dossier.manifest().access().policies())),
        old == null ? new TreeMap<>() : old.frozenPolicies(),
        old == null ? null : measured(old, name),
        new GateWorld(
            dossier,
            dossiers,
            name,
            round,
            broker,
            issuerKeys,
            rules,
            evidence,
            lookouts,
            record,
            ledger),
        progress);
  }

  /** From the newest round that has a result: a round that is only begun hides nothing. */
  private @Nullable SortedMap<String, String> measured(Dossier old, String name) {
    Set<EntryKey> keys =
        record.entries().entries(old.id(), Set.of(EntryKind.CHECK)).stream()
            .map(Entry::key)
            .collect(Collectors.toSet());
    for (int round = record.releases().reviewRound(old.id()); round >= 1; round--) {
      if (keys.contains(EntryKey.check(round, name))) {
        return evidence.checks(old, round).stream()
            .filter(result -> result.check().equals(name))
            .findFirst()
            .map(CheckResult::measurements)
            .orElse(null);
      }
    }
    return null;
  }
}
