package io.countersign.worker.config;

import io.countersign.activities.adapter.files.ConfiguredRules;
import io.countersign.activities.adapter.files.ConfiguredRules.Endorsement;
import io.countersign.activities.adapter.kingfisher.KingfisherScanner;
import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresMigrations;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.adapter.remote.TrustedIssuers;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.sink.SocketReachability;
import io.countersign.activities.adapter.vault.VaultAuditDevices;
import io.countersign.activities.adapter.vault.VaultCredentialBroker;
import io.countersign.activities.adapter.vault.VaultKeyValueSecrets;
import io.countersign.activities.adapter.vault.VaultTransitSigner;
import io.countersign.activities.adapter.webhook.WebhookNotifier;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.Lookouts;
import io.countersign.activities.port.Notifier;
import io.countersign.activities.port.RunIdentity;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of an installation: PostgreSQL, Vault and the rule files that the settings name. */
public final class SettledParts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SettledParts.class);

  /**
   * Between the two looks of a revocation's proof: longer than a login takes, key set fetch
   * included.
   */
  private static final Duration SETTLE = Duration.ofMillis(250);

  private static final Duration SINK_PATIENCE = Duration.ofSeconds(5);

  private final PostgresDatabase database;
  private final Parts parts;
  private final TrustMaterial trust;

  private SettledParts(PostgresDatabase database, Parts parts, TrustMaterial trust) {
    this.database = database;
    this.parts = parts;
    this.trust = trust;
  }

  /** Connects lazily where it can, and brings the record's schema up to date. */
  public static SettledParts of(Settings settings, RunIdentity runs) {
    Clock clock = Clock.systemUTC();
    PostgresDatabase database = new PostgresDatabase(settings.postgres());
    if (settings.postgresMigrate()) {
      new PostgresMigrations(database).migrate();
    }
    VaultTransitSigner signer =
        new VaultTransitSigner(
            settings.vault(), settings.vaultGrant(), settings.vaultWatch(), clock);
    Path gateFile = settings.gateFile().toAbsolutePath();
    ConfiguredRules rules = rules(settings, gateFile);
    return new SettledParts(
        database,
        new Parts(
            new PostgresReleaseRecord(database),
            new VaultCredentialBroker(
                settings.vault(),
                settings.vaultGrant(),
                settings.vaultWatch(),
                clock,
                SETTLE,
                new ConfiguredLentSecrets(rules)),
            lookouts(settings, clock),
            TrustedSources.of(settings, Objects.requireNonNull(gateFile.getParent())),
            new EnvelopeCheckSigner(
                settings.workerName().orElseGet(SettledParts::hostName),
                () -> signer.renewed().key(),
                clock),
            new GateEnvelopes(() -> signer.renewed().key(), clock),
            settings.timeStamps().orElse(null),
            rules,
            runs,
            settings.notifyWebhook().<Notifier>map(WebhookNotifier::new).orElse(logging()),
            Objects.requireNonNull(gateFile.getParent()),
            clock),
        new TrustMaterial(settings, () -> signer.renewed().publicKeys()));
  }

  private static SSLContext platformTrust() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has a default for TLS", e);
    }
  }

  /** What checks look at, as these settings name it. */
  static Lookouts lookouts(Settings settings, Clock clock) {
    return new Lookouts(
        new VaultKeyValueSecrets(settings.vault(), settings.vaultWatch(), clock),
        new KingfisherScanner(
            settings.secretScanner().or(EngineBinaries.ofThisProcess()::kingfisher),
            Path.of(System.getProperty("user.home"), ".cache", "countersign", "kingfisher")),
        new VaultAuditDevices(settings.vault(), settings.vaultWatch(), clock),
        new SocketReachability(
            settings.sourcesCa().map(TrustedIssuers::and).orElseGet(SettledParts::platformTrust),
            SINK_PATIENCE));
  }

  public Parts parts() {
    return parts;
  }

  /** Whose signatures the evidence carries. */
  public TrustMaterial trust() {
    return trust;
  }

  @Override
  public void close() {
    database.close();
  }

  /** The rule files as these settings have them signed or unsigned. */
  public static ConfiguredRules rules(Settings settings, Path gateFile) {
    return new ConfiguredRules(
        gateFile,
        settings.approversFile(),
        GateAssembly.reader(),
        new ApproverKeys(),
        endorsement(settings));
  }

  private static Endorsement endorsement(Settings settings) {
    return settings.development()
        ? Endorsement.none()
        : PolicyApprovals.endorsement(
            PolicyApprovals.by(settings.policyOwnersFile(), Clock.systemUTC()),
            settings.approversFile());
  }

  private static Notifier logging() {
    return (release, kind, detail) -> LOG.warn("{} of {}: {}", kind, release, detail);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "worker";
    }
  }
}
