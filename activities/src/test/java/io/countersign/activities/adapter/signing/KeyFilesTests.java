package io.countersign.activities.adapter.signing;

import static io.countersign.activities.adapter.signing.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.release.Digest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTests {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void makesAPairThatReadsBack(KeyAlgorithm algorithm) throws IOException {
    SigningKey made = generate(algorithm);
    assertThat(read("key").verificationKey()).isEqualTo(made.verificationKey());
    assertThat(KeyFiles.readPublic(directory.resolve("key.pub"))).isEqualTo(made.verificationKey());
    assertThat(permissions("key")).isEqualTo("rw-------");
    assertThat(permissions("key.pub")).startsWith("rw-r");
  }

  @Test
  void neverOverwrites() throws IOException {
    Path privateFile = directory.resolve("key");
    Path publicFile = directory.resolve("key.pub");
    Files.writeString(publicFile, "mine");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generate(KeyAlgorithm.ED25519))
        .withMessageContaining("exists already");
    assertThat(publicFile).hasContent("mine");
    assertThat(privateFile).doesNotExist();
    Files.writeString(privateFile, "mine too");
    assertThatIllegalArgumentException().isThrownBy(() -> generate(KeyAlgorithm.ED25519));
    assertThat(privateFile).hasContent("mine too");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx", "rw-----w-"})
  void refusesAPrivateKeyThatOthersMayTouch(String permissions) throws IOException {
    generate(KeyAlgorithm.ED25519);
    Files.setPosixFilePermissions(
        directory.resolve("key"), PosixFilePermissions.fromString(permissions));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("key"))
        .withMessageContaining(permissions)
        .withMessageContaining("chmod 600");
  }

  @Test
  void readingLeavesTheFileAsItIs() throws IOException {
    generate(KeyAlgorithm.ED25519);
    Path file = directory.resolve("key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    byte[] before = Files.readAllBytes(file);
    read("key").sign(new byte[0]);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(permissions("key")).isEqualTo("r--------");
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void refusesWhatIsNoKeyFile() throws IOException {
    write("huge", new byte[64 * 1024 + 1]);
    write("binary", new byte[] {(byte) 0xFF, 0});
    write("empty", new byte[0]);
    for (String name : List.of("huge", "binary", "empty", "missing", ".")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> KeyFiles.readPublic(directory.resolve(name)))
          .withMessageContaining(directory.toString());
      assertThatIllegalArgumentException().isThrownBy(() -> read(name));
    }
  }

  @Test
  void readsKeysThatSshKeygenMade() throws Exception {
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ana laptop", "-f", "ssh");
    SigningKey key = read("ssh");
    assertThat(key.verificationKey()).isEqualTo(KeyFiles.readPublic(directory.resolve("ssh.pub")));
    assertThat(
            KeyFiles.readPublic(directory.resolve("ssh.pub"))
                .verify(utf8("x"), key.sign(utf8("x"))))
        .isTrue();
  }

  @Test
  void saysWhatToDoAboutAnOpenSshKeyWithAPassphrase() throws Exception {
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "correct horse", "-f", "ssh");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("ssh"))
        .withMessageContaining("passphrase")
        .withMessageContaining("countersign keygen");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ecdsa"})
  void refusesOtherKeysThatSshKeygenMakes(String type) throws Exception {
    run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", "ssh");
    assertThatIllegalArgumentException().isThrownBy(() -> read("ssh"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFiles.readPublic(directory.resolve("ssh.pub")));
  }

  @Test
  void refusesAnOpenSshKeyWhoseHalvesWereSwapped() throws Exception {
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "ssh");
    Pem pem = Pem.parse(Files.readString(directory.resolve("ssh")));
    for (int i = 0; i < pem.der().length; i += 7) {
      byte[] bent = pem.der().clone();
      bent[i] ^= 1;
      String text = Pem.write(pem.label(), bent);
      try {
        SigningKey key = Keys.privateKey(text, Keys.Passphrase::unavailable);
        assertThat(key.verificationKey())
            .isEqualTo(KeyFiles.readPublic(directory.resolve("ssh.pub")));
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("key: ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ED25519", "EC -pkeyopt ec_paramgen_curve:P-256"})
  void readsPlainAndEncryptedKeysThatOpensslMade(String kind) throws Exception {
    String[] make = ("openssl genpkey -algorithm " + kind).split(" ");
    run(with(make, "-out", "plain"));
    run(
        "openssl",
        "pkcs8",
        "-topk8",
        "-in",
        "plain",
        "-out",
        "locked",
        "-passout",
        "pass:correct horse",
        "-v2",
        "aes-256-cbc");
    run("openssl", "pkey", "-in", "plain", "-pubout", "-out", "plain.pub");
    SigningKey plain = read("plain");
    assertThat(plain.verificationKey())
        .isEqualTo(KeyFiles.readPublic(directory.resolve("plain.pub")));
    char[] answer = "correct horse".toCharArray();
    assertThat(KeyFiles.readPrivate(directory.resolve("locked"), () -> answer).verificationKey())
        .isEqualTo(plain.verificationKey());
    assertThat(answer).containsOnly('\0');
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFiles.readPrivate(directory.resolve("locked"), "wrong"::toCharArray))
        .withMessageContaining("passphrase does not open");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("locked"))
        .withMessageContaining("nobody to ask");
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void opensslAcceptsOurSignatures(KeyAlgorithm algorithm) throws Exception {
    generate(algorithm);
    DsseEnvelope envelope =
        DsseEnvelope.sign(StatementWriter.signOff(Fixtures.approval()), read("key"));
    write("pae", envelope.pae());
    write("sig", envelope.signatures().get(0).sig());
    String[] verify = {
      "openssl",
      "pkeyutl",
      "-verify",
      "-pubin",
      "-inkey",
      "key.pub",
      "-rawin",
      "-in",
      "pae",
      "-sigfile",
      "sig"
    };
    run(algorithm == KeyAlgorithm.ED25519 ? verify : with(verify, "-digest", "sha256"));
    write("pae", utf8("another"));
    assertThat(
            exitCode(
                algorithm == KeyAlgorithm.ED25519 ? verify : with(verify, "-digest", "sha256")))
        .isNotZero();
  }

  @Test
  void opensslNamesAKeyAsWeDo() throws Exception {
    SigningKey key = generate(KeyAlgorithm.ED25519);
    run("openssl", "pkey", "-pubin", "-in", "key.pub", "-outform", "DER", "-out", "key.der");
    byte[] der = Files.readAllBytes(directory.resolve("key.der"));
    assertThat(key.verificationKey().keyId()).isEqualTo(Digest.of(der).hex());
  }

  private SigningKey generate(KeyAlgorithm algorithm) {
    return KeyFiles.generate(algorithm, directory.resolve("key"), directory.resolve("key.pub"));
  }

  private SigningKey read(String name) {
    return KeyFiles.readPrivate(directory.resolve(name), Keys.Passphrase::unavailable);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve(name), bytes);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
  }

  private static String[] with(String[] command, String... more) {
    String[] all = Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return all;
  }

  /** Runs a tool that may be missing; what it writes for itself only its owner may read. */
  private void run(String... command) throws Exception {
    assertThat(exitCode(command)).as(String.join(" ", command)).isZero();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    }
  }

  private int exitCode(String... command) throws Exception {
    assumeTrue(onPath(command[0]), command[0] + " is not on PATH");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    return process.waitFor();
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
  }
}
