package io.countersign.worker.engine;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.files.Locker;
import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.vault.GatePolicies;
import io.countersign.activities.adapter.vault.VaultOnboarding;
import io.countersign.activities.adapter.vault.VaultSettings;
import io.countersign.activities.port.LogSink;
import io.countersign.activities.port.Progress;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.release.Span;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Onboardings;
import io.countersign.worker.config.PayloadSealing;
import io.countersign.worker.config.Settings;
import io.countersign.worker.config.TrustMaterial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The example on this machine: a copy of its files, keys for its people and its platform, its
 * policies and secrets in Vault, and the settings of a worker and a command line that serve it.
 * Every key and secret is made here and is good for nothing else.
 */
public final class ExampleSystem {
  public static final SystemRef SYSTEM = new SystemRef("production", "fraud-scorer");

  /** The Vault policies of the example, which lie below {@code vault/}. */
  public static final List<String> POLICIES =
      List.of("fraud-read", "fraud-refund", "fraud-staging");

  /** The example's secrets below {@code kv/fraud/}. */
  public static final List<String> SECRETS = List.of("scoring", "refund-api", "ledger", "staging");

  private static final String ISSUER = "https://kubernetes.prod.example.com";
  private static final String SUBJECT = "spiffe://prod.example.com/fraud-scorer";
  private static final String AUDIENCE = "countersign/production/fraud-scorer";

  /** Where the example's files say that the workload's log goes. */
  public static final String LOGS = "https://logs.prod.example.com/fraud-scorer";

  private static final Span TOKEN_LIFE = Span.parse("30d");

  /** Days from now on which reviews of what a copied release depends on end. */
  private static final int REVIEWED = 180;

  private final Path directory;
  private final ExampleFiles files;
  private final ECPrivateKey platformKey;

  private ExampleSystem(Path directory, ECPrivateKey platformKey) {
    this.directory = directory;
    this.files = new ExampleFiles(directory);
    this.platformKey = platformKey;
  }

  /**
   * Copies the example and makes its keys. What its releases depend on is reviewed for half a year
   * from now on, so that the copy does not age with the dates in the files.
   *
   * @param example the example's directory
   * @param directory empty or not there yet
   */
  public static ExampleSystem copy(Path example, Path directory) {
    try {
      ExampleFiles.copyTree(example, directory);
      Path keys = Files.createDirectories(directory.resolve("keys"));
      PlatformKey.generate(platformKeyFile(directory), keys.resolve("prod-cluster.pem"));
      ExampleSystem system = open(directory);
      system.people();
      system.files.reviewedUntil(LocalDate.now(ZoneOffset.UTC).plusDays(REVIEWED));
      return system;
    } catch (IOException e) {
      throw new UncheckedIOException("the example cannot be copied to " + directory, e);
    }
  }

  /** The example that {@link #copy} left here. */
  public static ExampleSystem open(Path directory) {
    return new ExampleSystem(directory, PlatformKey.read(platformKeyFile(directory)));
  }

  private static Path platformKeyFile(Path directory) {
    return directory.resolve("keys").resolve("prod-cluster.key");
  }

  /** The {@code sub} of the workload's JWTs. */
  public String subject() {
    return SUBJECT;
  }

  /** The {@code aud} of the workload's JWTs. */
  public String audience() {
    return AUDIENCE;
  }

  public Path directory() {
    return directory;
  }

  /** The systems of the gate policy. */
  public List<SystemRef> systems() {
    return policy().systems().stream()
        .map(system -> new SystemRef(system.environment(), system.name()))
        .toList();
  }

  /** What the gate policy says of a system. */
  public SystemPolicy policy(SystemRef system) {
    return policy().system(system.environment(), system.system()).orElseThrow();
  }

  /** The gate policy as it is now. */
  public GatePolicy policy() {
    return GateAssembly.reader().gate(directory.resolve("gate.yaml")).policy();
  }

  /** The body of a Vault policy of the example. */
  public String vaultPolicy(String name) {
    try {
      return Files.readString(directory.resolve("vault").resolve(name + ".hcl"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The private key file of one of the example's people. */
  public Path keyOf(String person) {
    return directory.resolve("keys").resolve(person.substring(0, person.indexOf('@')) + ".key");
  }

  /**
   * The manifest of a release of the example, its digests filled in from the bytes as they are now.
   *
   * @param version its directory below {@code releases/}: the version, with the environment before
   *     it where that is not production
   */
  public ReleaseDocument locked(String version) {
    Path file = directory.resolve("releases").resolve(version).resolve("release.yaml");
    DocumentReader reader = GateAssembly.reader();
    FileRootSource source =
        FileRootSource.of(
            reader.gate(directory.resolve("gate.yaml")).policy().sources(), directory);
    new Locker(reader, source).lock(file, Progress.unwatched());
    return reader.release(file);
  }

  /** Writes another version of a release of the example. */
  public void derive(String from, String version) {
    files.derive(from, version, "");
  }

  /**
   * Writes another version of a release of the example.
   *
   * @param wayBack the version that it names for a rollback
   */
  public void derive(String from, String version, String wayBack) {
    files.derive(from, version, wayBack);
  }

  /**
   * Has payloads sealed by whoever uses these settings.
   *
   * @param settings the file that {@link #settings} wrote
   * @param ui the address of the Temporal UI, whose pages may show payloads
   */
  public void seal(Path settings, URI ui) {
    Settings read = Settings.read(Map.of("COUNTERSIGN_CONFIG", settings.toString()), directory);
    Path key = settings.resolveSibling("payload.pub");
    try {
      Files.writeString(key, PayloadSealing.newestKey(read).text());
      Files.writeString(
          settings,
          "countersign.encryption.public-key="
              + key
              + "\ncountersign.codec.origins="
              + ui
              + "\ncountersign.codec.pass-file="
              + settings.resolveSibling("codec.pass")
              + "\n",
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces one span of the gate policy, so that minutes pass in seconds. */
  public void shorten(String field, String from, String to) {
    files.shorten(field, from, to);
  }

  /** Takes checks out of every tier. To be called before the rules are signed. */
  public void leaveOut(String... checks) {
    files.leaveOut(List.of(checks));
  }

  /**
   * Sends the workload's log here instead of to {@value #LOGS}, wherever rules and releases name
   * that. To be called before the rules are signed.
   */
  public void logsTo(LogSink sink) {
    files.replaceEverywhere(LOGS, sink.toString());
  }

  /**
   * Has two policy owners sign the rule files as they are now; the settings then ask for that.
   * Without it they take unsigned files.
   */
  public void endorse() {
    try {
      PolicyOwners.endorse(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("the rule files cannot be signed", e);
    }
  }

  /**
   * Sets Vault up as the platform team and its Vault administrator would, and writes the worker's
   * settings.
   */
  public Path settings(LocalEngines engines, Path file) {
    VaultAdministrator admin =
        new VaultAdministrator(engines.vault().address(), engines.vault().rootToken());
    admin.keyValues("kv");
    try {
      for (String policy : POLICIES) {
        admin.policy(policy, vaultPolicy(policy));
      }
      for (String secret : SECRETS) {
        admin.secret("kv/data/fraud/" + secret, Map.of("value", random()));
      }
      VaultOnboarding onboarding =
          new VaultOnboarding(
              VaultSettings.of(engines.vault().address()),
              engines.vault().rootToken(),
              Clock.systemUTC());
      onboarding.onboard(Onboardings.of(policy(), directory));
      Path home = Files.createDirectories(file.toAbsolutePath().getParent());
      Path grant =
          secret(
              home.resolve("vault-grant.token"),
              onboarding.developmentToken(GatePolicies.GRANT, TOKEN_LIFE).reveal());
      Path watch =
          secret(
              home.resolve("vault-watch.token"),
              onboarding.developmentToken(GatePolicies.WATCH, TOKEN_LIFE).reveal());
      Path database =
          secret(home.resolve("postgres.password"), engines.postgres().password().reveal());
      String api = freeAddress();
      List<String> lines = new ArrayList<>();
      engines
          .timeStamps()
          .ifPresent(
              authority -> {
                lines.add("countersign.timestamp.url=" + authority.address());
                lines.add("countersign.timestamp.certificates=" + authority.certificate());
              });
      lines.addAll(
          List.of(
              rulesSetting(),
              "countersign.temporal.address=" + engines.temporal().address(),
              "countersign.gate-file=" + directory.resolve("gate.yaml").toAbsolutePath(),
              "countersign.approvers-file=" + directory.resolve("approvers.yaml").toAbsolutePath(),
              "countersign.vault.address=" + engines.vault().address(),
              "countersign.vault.grant.token-file=" + grant,
              "countersign.vault.watch.token-file=" + watch,
              "countersign.postgres.url=" + engines.postgres().url(),
              "countersign.postgres.user=" + engines.postgres().user(),
              "countersign.postgres.password-file=" + database,
              "countersign.api.address=" + api,
              "countersign.api.url=http://" + api,
              "countersign.decisions.trust-file=" + home.resolve("trust.yaml"),
              "countersign.worker.name=local"));
      Files.write(file, lines);
      Settings settings = Settings.read(Map.of("COUNTERSIGN_CONFIG", file.toString()), home);
      Files.writeString(home.resolve("trust.yaml"), TrustMaterial.of(settings).json().toString());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("the settings cannot be written to " + file, e);
    }
  }

  private String rulesSetting() {
    Path owners = PolicyOwners.file(directory);
    return Files.exists(owners)
        ? "countersign.policy-owners-file=" + owners.toAbsolutePath()
        : "countersign.development=true";
  }

  static String freeAddress() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + free.getLocalPort();
    }
  }

  /** The workload of this system, whose JWTs the example's platform signs. */
  public DemoWorkload workload(LocalEngines engines) {
    return workload(engines.vault().address());
  }

  /** The same workload, which reaches Vault at this address. */
  public DemoWorkload workload(URI vault) {
    return new DemoWorkload(vault, ISSUER, SUBJECT, AUDIENCE, platformKey);
  }

  /** The workload that the gate policy has for this system. */
  public DemoWorkload workload(LocalEngines engines, SystemRef system) {
    SystemPolicy policy = policy(system);
    return workload(engines, policy.subject(), policy.audience());
  }

  /** Another workload on the same platform. */
  public DemoWorkload workload(LocalEngines engines, String subject, String audience) {
    return workload(engines.vault().address(), subject, audience);
  }

  /** The same, which reaches Vault at this address. */
  public DemoWorkload workload(URI vault, String subject, String audience) {
    return new DemoWorkload(vault, ISSUER, subject, audience, platformKey);
  }

  /** The people of the example file with keys of this machine: the same rights, other keys. */
  private void people() throws IOException {
    List<String> lines = new ArrayList<>();
    String person = "";
    boolean inKey = false;
    for (String line : Files.readAllLines(directory.resolve("approvers.example.yaml"))) {
      if (line.startsWith("  - id: ")) {
        person = line.substring("  - id: ".length()).strip();
      }
      if (line.contains("publicKey: |")) {
        inKey = true;
        lines.add(line);
        String indent = line.substring(0, line.indexOf('-')) + "    ";
        publicKey(person).lines().forEach(part -> lines.add(indent + part));
      } else if (!inKey) {
        lines.add(line);
      } else if (line.contains("-----END")) {
        inKey = false;
      }
    }
    Files.write(directory.resolve("approvers.yaml"), lines);
  }

  private String publicKey(String person) throws IOException {
    Path privateFile = keyOf(person);
    Path publicFile = privateFile.resolveSibling(privateFile.getFileName() + ".pub");
    KeyFiles.generate(
        person.startsWith("sina") ? KeyAlgorithm.ECDSA_P256 : KeyAlgorithm.ED25519,
        privateFile,
        publicFile);
    return Files.readString(publicFile);
  }

  private static Path secret(Path file, String value) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, value);
  }

  private static String random() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
