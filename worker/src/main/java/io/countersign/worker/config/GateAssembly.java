package io.countersign.worker.config;

import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.GuardRailFiles;
import io.countersign.activities.adapter.files.IssuerKeyFiles;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.BuilderAttestations;
import io.countersign.activities.adapter.signing.BundleLines;
import io.countersign.activities.adapter.signing.CiTokenVerifier;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.adapter.signing.SupplierSignatures;
import io.countersign.activities.batch.BackgroundFolding;
import io.countersign.activities.batch.Folding;
import io.countersign.activities.check.ArtifactIntegrity;
import io.countersign.activities.check.ChecksActivity;
import io.countersign.activities.check.ExternalChecks;
import io.countersign.activities.check.WorkloadIdentity;
import io.countersign.activities.check.format.ModelFormat;
import io.countersign.activities.check.lineage.Lineage;
import io.countersign.activities.check.logging.AuditLogging;
import io.countersign.activities.check.quality.ModelQuality;
import io.countersign.activities.check.readiness.DeploymentReadiness;
import io.countersign.activities.check.risk.AcceptableUse;
import io.countersign.activities.check.risk.BusinessImpact;
import io.countersign.activities.check.risk.CombinedRisk;
import io.countersign.activities.check.rotation.SecretRotation;
import io.countersign.activities.check.runtime.RuntimePolicyReview;
import io.countersign.activities.check.scope.ScopeReview;
import io.countersign.activities.check.secrets.SecretsHandling;
import io.countersign.activities.check.supply.Dependencies;
import io.countersign.activities.evidence.BackgroundSealing;
import io.countersign.activities.evidence.Bundles;
import io.countersign.activities.evidence.Sealing;
import io.countersign.activities.evidence.Stamping;
import io.countersign.activities.grant.GrantActivitiesImpl;
import io.countersign.activities.grant.Granting;
import io.countersign.activities.grant.IdentityProving;
import io.countersign.activities.grant.Reexamination;
import io.countersign.activities.grant.Revoking;
import io.countersign.activities.grant.RoleWriting;
import io.countersign.activities.grant.Watching;
import io.countersign.activities.port.Bearers;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.port.SubjectSources;
import io.countersign.activities.port.TimeStampAuthority;
import io.countersign.activities.port.WorkflowDirectory;
import io.countersign.activities.reach.PolicyReader;
import io.countersign.activities.reach.RuntimeDifferences;
import io.countersign.activities.record.RecordActivitiesImpl;
import io.countersign.activities.release.Decisions;
import io.countersign.activities.release.Differences;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.EmergencyReview;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.FrozenRules;
import io.countersign.activities.release.Intake;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.release.SubmissionActivitiesImpl;
import io.countersign.activities.scope.VaultPolicyScope;
import io.countersign.activities.signoff.MessageActivitiesImpl;
import io.countersign.activities.signoff.OrderDesk;
import io.countersign.activities.signoff.SignOffDesk;
import io.countersign.activities.sweep.Sweeping;
import io.countersign.activity.ExternalCheckActivities;
import io.countersign.activity.GrantActivities;
import io.countersign.activity.MessageActivities;
import io.countersign.activity.RecordActivities;
import io.countersign.activity.SubmissionActivities;
import java.util.List;

/**
 * Puts the activities together. The one place that knows both ports and adapters, for every tier.
 */
public final class GateAssembly {
  private final Parts parts;
  private final Progress progress;
  private final Bearers bearers;
  private final DocumentReader reader = reader();
  private final SignedStatements statements = new StatementReader();
  private final VaultPolicyScope scope = new VaultPolicyScope();
  private final PolicyReader policies = new PolicyReader(new CedarPolicies());
  private final SubjectSources sources;
  private final Differences differences;
  private final Ledger ledger;
  private final Dossiers dossiers;
  private final Evidence evidence;
  private final Decisions decisions;

  /** Where nobody knows who brings messages. */
  public GateAssembly(Parts parts, Progress progress) {
    this(parts, progress, Bearers.unknown());
  }

  public GateAssembly(Parts parts, Progress progress, Bearers bearers) {
    this.parts = parts;
    this.progress = progress;
    this.bearers = bearers;
    this.sources = parts.sources();
    this.differences = new RuntimeDifferences(scope, sources, policies);
    this.ledger = new Ledger(parts.record(), parts.clock());
    this.dossiers = new Dossiers(parts.record(), reader);
    this.evidence = new Evidence(parts.record(), statements, parts.signer(), new ApproverKeys());
    this.decisions = new Decisions(parts.record(), evidence, ledger);
  }

  /** Reads the files of people, with key ids as statements have them. */
  public static DocumentReader reader() {
    return new DocumentReader(text -> Keys.publicKey(text).keyId());
  }

  /** Everything that a worker registers on the task queue. */
  public List<Object> activities() {
    return List.of(submissions(), messages(), grants(), records(), checks(), externalChecks());
  }

  public MessageActivities messages() {
    return new MessageActivitiesImpl(
        statements,
        dossiers,
        parts.rules(),
        parts.record(),
        decisions,
        ledger,
        new SignOffDesk(statements, evidence, parts.record(), decisions, emergencies(), ledger),
        new OrderDesk(statements, evidence, parts.record(), ledger),
        bearers);
  }

  private EmergencyReview emergencies() {
    return new EmergencyReview(parts.record(), parts.notifier(), ledger);
  }

  public RecordActivities records() {
    return new RecordActivitiesImpl(ledger, parts.notifier());
  }

  /** The installed checks. A new one is a class and a line here and in {@code gate.yaml}. */
  public ChecksActivity checks() {
    return new ChecksActivity(
        List.of(
            new ArtifactIntegrity(),
            new ModelFormat(),
            new ModelQuality(),
            new Lineage(new BuilderAttestations()),
            new DeploymentReadiness(),
            new WorkloadIdentity(),
            new Dependencies(new SupplierSignatures()),
            new ScopeReview(),
            new RuntimePolicyReview(policies, new GuardRailFiles(parts.directory())),
            new SecretRotation(),
            new SecretsHandling(),
            new AuditLogging(),
            new AcceptableUse(),
            new BusinessImpact(),
            new CombinedRisk()),
        dossiers,
        evidence,
        parts.record(),
        parts.broker(),
        sources,
        new IssuerKeyFiles(parts.directory()),
        parts.lookouts(),
        parts.rules(),
        statements,
        parts.signer(),
        ledger);
  }

  /** Asks workers that the gate does not run, and judges their answers. */
  public ExternalCheckActivities externalChecks() {
    return new ExternalChecks(
        dossiers,
        evidence,
        parts.record(),
        sources,
        progress,
        statements,
        new ApproverKeys(),
        ledger);
  }

  public SubmissionActivities submissions() {
    Intake intake =
        new Intake(
            parts.record(),
            parts.rules(),
            reader,
            statements,
            policy -> new CiTokenVerifier(policy.ci(), parts.directory()),
            parts.broker(),
            differences,
            ledger,
            bearers);
    return new SubmissionActivitiesImpl(
        intake,
        dossiers,
        evidence,
        parts.record(),
        parts.rules(),
        parts.broker(),
        decisions,
        emergencies(),
        ledger);
  }

  public GrantActivities grants() {
    IdentityProving identity =
        new IdentityProving(dossiers, parts.record(), parts.broker(), ledger);
    Reexamination reexamination =
        new Reexamination(
            parts.record(),
            reader,
            new ApproverKeys(),
            statements,
            sources,
            progress,
            parts.broker(),
            evidence,
            identity,
            new FrozenRules(parts.record(), parts.rules(), dossiers, differences),
            ledger);
    return new GrantActivitiesImpl(
        identity,
        new Granting(
            dossiers,
            reexamination,
            new RoleWriting(
                parts.record(), parts.broker(), parts.runs(), evidence, parts.gate(), ledger),
            revoking(),
            parts.record(),
            parts.rules(),
            decisions,
            ledger),
        revoking(),
        new Watching(
            dossiers,
            parts.record(),
            parts.broker(),
            sources,
            progress,
            evidence,
            scope,
            parts.rules(),
            ledger));
  }

  /** The sweeper, which asks this directory. */
  public Sweeping sweeping(WorkflowDirectory directory) {
    return new Sweeping(
        parts.record(),
        parts.broker(),
        directory,
        parts.rules(),
        dossiers,
        revoking(),
        parts.notifier(),
        ledger);
  }

  /** Seals the record's entries. */
  public Sealing sealing() {
    return new Sealing(parts.record(), statements, parts.gate(), parts.clock());
  }

  /** Writes evidence bundles. */
  public Bundles bundles() {
    return new Bundles(parts.record(), sealing());
  }

  /** Seals and stamps until it is closed. */
  public BackgroundSealing sealInBackground() {
    TimeStampAuthority authority = parts.timeStamps();
    Stamping stamping =
        authority == null ? null : new Stamping(parts.record().evidence(), parts.gate(), authority);
    return BackgroundSealing.start(parts.record().evidence(), sealing(), stamping);
  }

  /** Folds what decision nodes signed into the record, until it is closed. */
  public BackgroundFolding foldInBackground() {
    return BackgroundFolding.start(
        new Folding(
            parts.record().decisions(),
            new BundleLines(),
            parts.rules(),
            new ApproverKeys(),
            parts.record(),
            ledger));
  }

  /** Ends grants; the sweeper uses it too. */
  public Revoking revoking() {
    return new Revoking(dossiers, parts.record(), parts.broker(), ledger);
  }
}
