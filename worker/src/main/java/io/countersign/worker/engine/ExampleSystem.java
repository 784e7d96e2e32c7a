package io.countersign.worker.engine;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.files.Locker;
import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.vault.GatePolicies;
import io.countersign.activities.adapter.vault.VaultOnboarding;
import io.countersign.activities.adapter.vault.VaultSettings;
import io.countersign.activities.port.Progress;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.grant.SystemRef;
import io.countersign.release.Span;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Onboardings;
import io.countersign.worker.config.PayloadSealing;
import io.countersign.worker.config.Settings;
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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The example on this machine: a copy of its files, keys for its people and its platform, its
 * policies and secrets in Vault, and the settings of a worker and a command line that serve it.
 * Every key and secret is made here and is good for nothing else.
 */
public final class ExampleSystem {
  public static final SystemRef SYSTEM = new SystemRef("production", "fraud-scorer");
  private static final String ISSUER = "https://kubernetes.prod.example.com";
  private static final String SUBJECT = "spiffe://prod.example.com/fraud-scorer";
  private static final String AUDIENCE = "countersign/production/fraud-scorer";
  private static final Span TOKEN_LIFE = Span.parse("30d");

  private final Path directory;
  private final ECPrivateKey platformKey;

  private ExampleSystem(Path directory, ECPrivateKey platformKey) {
    this.directory = directory;
    this.platformKey = platformKey;
  }

  /**
   * Copies the example and makes its keys.
   *
   * @param example the example's directory
   * @param directory empty or not there yet
   */
  public static ExampleSystem copy(Path example, Path directory) {
    try {
      copyTree(example, directory);
      Path keys = Files.createDirectories(directory.resolve("keys"));
      PlatformKey.generate(platformKeyFile(directory), keys.resolve("prod-cluster.pem"));
      ExampleSystem system = open(directory);
      system.people();
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

  /** The private key file of one of the example's people. */
  public Path keyOf(String person) {
    return directory.resolve("keys").resolve(person.substring(0, person.indexOf('@')) + ".key");
  }

  /**
   * The manifest of a release of the example, its digests filled in from the bytes as they are now.
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
    try {
      Path releases = directory.resolve("releases");
      String text = Files.readString(releases.resolve(from).resolve("release.yaml"));
      Files.writeString(
          Files.createDirectories(releases.resolve(version)).resolve("release.yaml"),
          text.replace("version: " + from, "version: " + version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    try {
      Path gate = directory.resolve("gate.yaml");
      String text = Files.readString(gate);
      String line = field + ": " + from;
      if (!text.contains(line)) {
        throw new IllegalStateException("the example's gate policy has no line '" + line + "'");
      }
      Files.writeString(gate, text.replace(line, field + ": " + to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
      for (String policy : List.of("fraud-read", "fraud-refund")) {
        admin.policy(policy, Files.readString(directory.resolve("vault").resolve(policy + ".hcl")));
      }
      for (String secret : List.of("scoring", "refund-api", "ledger")) {
        admin.secret("kv/data/fraud/" + secret, Map.of("value", random()));
      }
      VaultOnboarding onboarding =
          new VaultOnboarding(
              VaultSettings.of(engines.vault().address()),
              engines.vault().rootToken(),
              Clock.systemUTC());
      onboarding.onboard(
          Onboardings.of(
              GateAssembly.reader().gate(directory.resolve("gate.yaml")).policy(), directory));
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
              "countersign.worker.name=local"));
      return Files.write(file, lines);
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

  private static String freeAddress() throws IOException {
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

  /** Another workload on the same platform. */
  public DemoWorkload workload(LocalEngines engines, String subject, String audience) {
    return new DemoWorkload(engines.vault().address(), ISSUER, subject, audience, platformKey);
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

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
