package io.countersign.activities.check.modelsigning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.check.ArtifactIntegrity;
import io.countersign.activities.check.Contexts;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.Progress;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models signed by the OpenSSF's own package, which must agree with this check on each. */
class ModelSigningIT {
  private static final String BEGIN = "-----BEGIN ";

  @TempDir Path root;
  private Path python = Path.of("python");
  private Path model = Path.of("model");
  private final Contexts release = new Contexts();

  private interface Step {
    void in(Path model) throws IOException;
  }

  private enum Deed {
    NOTHING(model -> {}),
    CHANGE(model -> Files.writeString(model.resolve("weights.bin"), "Weights")),
    ADD(model -> Files.writeString(model.resolve("evil.pkl"), "evil")),
    RENAME(model -> Files.move(model.resolve("weights.bin"), model.resolve("weight.bin"))),
    MOVE(model -> Files.move(model.resolve("weights.bin"), model.resolve("card/weights.bin"))),
    REMOVE(model -> Files.delete(model.resolve("weights.bin"))),
    /** The package leaves these out, and its root digest with them; the gate does not. */
    ADD_WHAT_IS_IGNORED(model -> Files.writeString(model.resolve(".gitignore"), "x"));

    @SuppressWarnings("ImmutableEnumChecker")
    private final Step step;

    Deed(Step step) {
      this.step = step;
    }

    boolean packageTakesIt() {
      return this == NOTHING || this == ADD_WHAT_IS_IGNORED;
    }
  }

  @BeforeEach
  void find() throws IOException {
    String cache = System.getenv().getOrDefault("COUNTERSIGN_CACHE", "");
    python =
        (cache.isEmpty() ? Path.of("..", ".cache") : Path.of(cache))
            .resolve("tools/model-signing/venv/bin/python")
            .toAbsolutePath();
    boolean required = EngineBinaries.ofThisProcess().required();
    Assumptions.assumeTrue(
        required || Files.isExecutable(python), "no model-signing: run engines/tools");
    assertThat(python).as("engines/tools brings it").isExecutable();
    model = Files.createDirectories(root.resolve("model"));
    Files.createDirectories(model.resolve("card"));
    Files.writeString(model.resolve("weights.bin"), "weights");
    Files.writeString(model.resolve("card/card.md"), "# A model\n");
    Files.writeString(root.resolve("other"), "other");
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithThePackage(Deed deed) throws Exception {
    String curve = deed.ordinal() % 2 == 0 ? "secp256r1" : "secp384r1";
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    KeyPair pair = generator.generateKeyPair();
    Path privateKey =
        Files.writeString(
            root.resolve("key.pem"), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    String publicPem = pem("PUBLIC KEY", pair.getPublic().getEncoded());
    Path publicKey = Files.writeString(root.resolve("key.pub.pem"), publicPem);
    Path signature = root.resolve("model.sig");
    String[] at = {"--signature", signature.toString(), model.toString()};
    assertThat(run("sign", "key", "--private_key", privateKey.toString(), at)).isZero();

    deed.step.in(model);

    assertThat(run("verify", "key", "--public_key", publicKey.toString(), at) == 0)
        .as("the package takes it")
        .isEqualTo(deed.packageTakesIt());
    CheckResult result = check(publicPem);
    assertThat(result.outcome())
        .as(deed.name().toLowerCase(Locale.ROOT))
        .isEqualTo(deed == Deed.NOTHING ? CheckOutcome.PASS : CheckOutcome.FAIL);
    assertThat(result.measurements().get("signature.root")).startsWith("sha256:");
  }

  private CheckResult check(String publicPem) {
    FileRootSource source = new FileRootSource(List.of(root), 1 << 20, 100);
    String manifest = release.release;
    for (String subject : List.of("model", "dataset", "prompts", "policy")) {
      String uri = subject.equals("model") ? "model" : "other";
      manifest =
          manifest.replaceFirst(
              subject + ": \\{uri: [^,]*, digest: \"[^\"]*\"",
              subject
                  + ": {uri: "
                  + uri
                  + ", digest: \""
                  + source.digest(uri, Progress.unwatched()).digest()
                  + "\"");
    }
    release.release =
        manifest.replaceFirst("evidence: \\{[^}]*}", "evidence: {modelSignature: model.sig}");
    release.source = source;
    ObjectNode with = new ObjectMapper().createObjectNode();
    with.withArray("signingKeys").add(publicPem);
    release.with = with.toString();
    return release.run(new ArtifactIntegrity());
  }

  private static String pem(String kind, byte[] der) {
    byte[] newLine = "\n".getBytes(StandardCharsets.US_ASCII);
    String body = Base64.getMimeEncoder(64, newLine).encodeToString(der);
    return BEGIN + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }

  private int run(String what, String how, String option, String key, String... at)
      throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(python.toString(), "-m", "model_signing", what, how, option, key));
    command.addAll(List.of(at));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("said").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
