package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.port.KeyDirectory;
import io.countersign.activities.signoff.Submission;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.worker.cli.Desk.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that read files, on a copy of the example. */
class ManifestCommandTests {
  private static final Path EXAMPLE = Path.of("..", "examples", "fraud-scorer");

  @TempDir Path directory;
  private Desk desk;
  private Path example;
  private Path release;
  private Path gate;

  @BeforeEach
  void copyTheExample() {
    desk = new Desk(directory);
    example = directory.resolve("fraud-scorer");
    copy(EXAMPLE, example);
    release = example.resolve("releases/2026.11.1/release.yaml");
    gate = example.resolve("gate.yaml");
  }

  @Test
  void locksThenChecksThenSeesOneChangedByte() throws IOException {
    assertThat(lock("--check").exit()).isEqualTo(4);
    JsonNode locked = json(lock("--json"));
    assertThat(locked.path("subjects").size()).isEqualTo(4);
    assertThat(locked.path("subjects").get(0).path("name").asText()).isEqualTo("model");
    assertThat(locked.path("releaseDigest").asText()).startsWith("sha256:");
    assertThat(json(lock("--check", "--json")).path("subjects").get(0).path("same").asBoolean())
        .isTrue();
    Path data = example.resolve("data/train.csv");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    Said changed = lock("--check");
    assertThat(changed.exit()).isEqualTo(4);
    assertThat(changed.err())
        .startsWith("DIGEST_MISMATCH: ")
        .contains("the bytes of dataset have another digest");
  }

  @Test
  void refusesToSubmitWhatIsNotLocked() {
    Said said = start("--key", desk.key("pia").toString(), "--as", "pia@example.com");
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).startsWith("INVALID_MANIFEST: ").contains("countersign lock");
    assertThat(desk.gateway.submissions).isEmpty();
  }

  @Test
  void submitsWhatAPersonSigned() throws IOException {
    String digest = json(lock("--json")).path("releaseDigest").asText();
    JsonNode json =
        json(start("--key", desk.key("pia").toString(), "--as", "pia@example.com", "--json"));
    assertThat(json.path("releaseDigest").asText()).isEqualTo(digest);
    assertThat(json.path("workflowId").asText())
        .isEqualTo("release/production/fraud-scorer/2026.11.1");
    assertThat(json.path("joined").asBoolean()).isFalse();
    KeyDirectory keys =
        new ApproverKeys().of(Surroundings.reader().approvers(desk.approvers("pia")).approvers());
    Submission submission =
        new StatementReader()
            .submission(
                envelope(),
                keys,
                (token, audience, at) -> {
                  throw new AssertionError("a person signed");
                },
                Desk.NOW);
    assertThat(submission.releaseDigest()).hasToString(digest);
    assertThat(((Submission.Person) submission.submitter()).person()).isEqualTo("pia@example.com");
  }

  @Test
  void submitsForACiRunWithItsToken() throws IOException {
    String digest = json(lock("--json")).path("releaseDigest").asText();
    assertThat(desk.run("release", "audience", release.toString()).out().strip())
        .isEqualTo("countersign:production/fraud-scorer/2026.11.1@" + digest);
    String claims = "{\"iss\":\"https://ci.example.com\",\"sub\":\"repo:fraud\"}";
    String token =
        "e30."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
            + ".c2ln";
    Path file = desk.write("token.jwt", token + "\n");
    Said said = start("--oidc-token", file.toString());
    assertThat(said.exit()).isZero();
    assertThat(said.out() + said.err()).doesNotContain(token);
    DsseEnvelope envelope = DsseEnvelope.parse(envelope());
    assertThat(envelope.signatures()).isEmpty();
    JsonNode predicate = new ObjectMapper().readTree(envelope.payload()).path("predicate");
    assertThat(predicate.path("ci").path("subject").asText()).isEqualTo("repo:fraud");
    assertThat(predicate.path("oidcToken").asText()).isEqualTo(token);
  }

  @Test
  void refusesATokenThatIsNoneWithoutQuotingIt() {
    lock();
    Path file = desk.write("token.jwt", "hunter2.hunter2.hunter2");
    Said said = start("--oidc-token", file.toString());
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).contains("token.jwt").doesNotContain("hunter2");
    assertThat(start().err()).contains("exactly one of --key and --oidc-token");
  }

  @Test
  void waitsUntilTheReleaseIsLive() throws IOException {
    lock();
    desk.clock = Clock.systemUTC();
    desk.gateway.summaries.add(Views.summary(GateState.CHECKING, true));
    desk.gateway.summaries.add(Views.summary(GateState.LIVE, true));
    JsonNode json =
        json(
            start(
                "--key",
                desk.key("pia").toString(),
                "--as",
                "pia@example.com",
                "--wait",
                "--json"));
    assertThat(json.path("state").asText()).isEqualTo("LIVE");
  }

  @Test
  void stopsWaitingWithFive() {
    lock();
    desk.clock = Clock.systemUTC();
    desk.gateway.summaries.add(Views.summary(GateState.AWAITING_SIGN_OFF, true));
    Said said =
        start(
            "--key",
            desk.key("pia").toString(),
            "--as",
            "pia@example.com",
            "--wait=LIVE",
            "--timeout",
            "1s");
    assertThat(said.exit()).isEqualTo(5);
    assertThat(said.err()).startsWith("EXPIRED: ").contains("goes on");
  }

  @Test
  void plansAsTheGateWouldAsk() {
    Said said =
        desk.run(
            "plan",
            example.resolve("releases/2026.11.2/release.yaml").toString(),
            "--gate",
            gate.toString(),
            "--approvers",
            example.resolve("approvers.example.yaml").toString(),
            "--predecessor",
            release.toString(),
            "--as",
            "pia@example.com");
    assertThat(said.exit()).isZero();
    assertThat(said.out())
        .isEqualToNormalizingNewlines(
            """
            release      production/fraud-scorer/2026.11.2
            tier         elevated
            because      environment production and change scope-widened, tools-widened
            changes      [model, dataset, prompts, policy, profile, scope-widened, tools-widened]
            scope        + fraud-refund
            check        security.secrets-handling (waivable, at most 14d)
            check        mlops.artifact-integrity
            check        mlops.model-format (waivable, at most 14d)
            check        mlops.lineage
            check        mlops.model-quality (waivable, at most 14d)
            check        mlops.deployment-readiness (waivable, at most 14d)
            check        security.workload-identity
            check        security.dependencies (waivable, at most 14d)
            check        security.scope-review
            check        security.runtime-policy
            check        security.secret-rotation
            check        security.audit-logging
            check        risk.acceptable-use
            check        risk.business-impact (waivable, at most 14d)
            check        risk.combined-risk (waivable, at most 14d)
            sign-off     1 mlops of [mara@example.com]
            sign-off     2 security of [sven@example.com, sina@example.com]
            sign-off     1 risk of [rita@example.com]
            no voice     dana@example.com
            no voice     pia@example.com
            not seen     subjects without a digest: they count as changed; 'countersign lock' fills them in
            not seen     what the Vault policies say: their names are compared, the gate reads their paths; --policies tells the rules
            not seen     whether the runtime policy permits more than before
            not seen     the bytes of the subjects: 'countersign lock --check' compares them
            not seen     makers that only the evidence names: they have no voice either
            """);
  }

  @Test
  void saysWhatTheRuntimePolicyWouldPermitMore() {
    String later = example.resolve("releases/2026.11.2/release.yaml").toString();
    for (String file : List.of(release.toString(), later)) {
      assertThat(desk.run("lock", file, "--root", example.toString()).exit()).isZero();
    }
    String[] plan = {"plan", later, "--gate", gate.toString(), "--predecessor", release.toString()};
    assertThat(desk.run(plan).out())
        .contains(
            "because      environment production and change scope-widened, tools-widened,"
                + " policy-widened\n")
        .contains("policy       + refund.issue (write) with no data, financial, pii\n")
        .contains(
            "policy       + refund.lookup (read) with no data, financial, pii, for other arguments\n")
        .doesNotContain("whether the runtime policy permits more");
  }

  @Test
  void holdsGuardRailsToTheirDigestsAndToWhatTheyMayDo() throws IOException {
    assertThat(desk.run("policy", "check", gate.toString()).out()).contains(", 1 guard-rail files");
    Path rails = example.resolve("guard-rails/organisation.cedar");
    Files.writeString(rails, "permit (principal, action, resource);\n");
    Said changed = desk.run("policy", "check", gate.toString());
    assertThat(changed.exit()).isEqualTo(2);
    assertThat(changed.err())
        .contains("organisation.cedar: found sha256:")
        .contains("allows sha256:");
    String before = Files.readString(gate);
    Files.writeString(
        gate,
        before.replaceFirst(
            "(organisation.cedar\\s+digest: )\"[^\"]*\"",
            "$1\"" + Digest.of(Files.readAllBytes(rails)) + "\""));
    Said permits = desk.run("policy", "check", gate.toString());
    assertThat(permits.exit()).isEqualTo(2);
    assertThat(permits.err()).contains("guardRails: ").contains("a guard rail only forbids");
  }

  @Test
  void explainsWhichRuleFiredAndWhatWouldRaiseTheTier() throws IOException {
    String staging = example.resolve("releases/staging/2026.11.1/release.yaml").toString();
    String[] plan = {"plan", staging, "--gate", gate.toString()};
    assertThat(desk.run(plan).out())
        .contains("tier         light\n")
        .contains("because      it is the tier of every release that no higher one takes")
        .contains("would raise  to standard: It may write, or reads whatever is put below a path.")
        .contains("would raise  to elevated: autonomy autonomous")
        .contains("sign-off     1 mlops\n");
    Files.writeString(
        example.resolve("vault/fraud-staging.hcl"),
        "path \"kv/data/fraud/*\" { capabilities = [\"read\"] }");
    String[] withPolicies = {
      "plan", staging, "--gate", gate.toString(), "--policies", example + "/vault"
    };
    assertThat(desk.run(withPolicies).out())
        .contains("tier         standard")
        .contains(
            "because      It may write, or reads whatever is put below a path."
                + " [scope.exists(s, s.wildcard ||")
        .contains("not seen     what Vault itself holds: the policies were read from files");
    Files.delete(example.resolve("vault/fraud-staging.hcl"));
    Said said = desk.run(withPolicies);
    assertThat(said.exit()).isEqualTo(6);
    assertThat(said.err()).contains("has neither fraud-staging.hcl nor fraud-staging.json");
  }

  @ParameterizedTest
  @CsvSource({
    "staging/2026.11.1, light, 1",
    "shadow/2026.11.1, standard, 2",
    "2026.11.1, strong, 3",
    "2026.11.2, elevated, 4"
  })
  void theExampleHasEveryTier(String version, String tier, int people) throws IOException {
    List<String> plan = new ArrayList<>(List.of("plan", "--gate", gate.toString(), "--json"));
    plan.addAll(List.of("--policies", example + "/vault"));
    plan.add(example.resolve("releases/" + version + "/release.yaml").toString());
    if (version.equals("2026.11.2")) {
      plan.addAll(List.of("--predecessor", release.toString()));
    }
    JsonNode json = json(desk.run(plan.toArray(String[]::new)));
    assertThat(json.path("tier").asText()).isEqualTo(tier);
    assertThat(
            json.path("requirements").findValues("quorum").stream().mapToInt(JsonNode::asInt).sum())
        .isEqualTo(people);
    assertThat(json.path("because").findValuesAsText("tier")).contains(tier);
  }

  @Test
  void namesTheTaskQueueOfACheckThatSomebodyElseAnswers() throws IOException {
    String first = "      - check: mlops.artifact-integrity\n";
    Files.writeString(
        gate,
        Files.readString(gate)
            .replace(
                first,
                "      - {check: risk.bias, worker: {taskQueue: python-checks, keys: ["
                    + "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
                    + "]}}\n"
                    + first));
    assertThat(desk.run("plan", release.toString(), "--gate", gate.toString()).out())
        .contains("check        risk.bias, answered from task queue python-checks\n");
  }

  @Test
  void plansThatOnePersonCannotFillTwoPlaces() throws IOException {
    Path approvers = desk.approvers("mara");
    JsonNode json =
        json(
            desk.run(
                "plan",
                release.toString(),
                "--gate",
                gate.toString(),
                "--approvers",
                approvers.toString(),
                "--json"));
    assertThat(json.path("enoughPeople").asBoolean(true)).isFalse();
    assertThat(json.path("tier").asText()).isEqualTo("strong");
    assertThat(json.path("highestTier").asText()).isEqualTo("elevated");
    assertThat(json.path("requirements").get(0).path("people").toString())
        .isEqualTo("[\"mara@example.com\"]");
  }

  @Test
  void plansNothingThatTheGateWouldRefuse() throws IOException {
    Files.writeString(
        release,
        Files.readString(release).replace("policies: [fraud-read]", "policies: [root-all]"));
    Said said = desk.run("plan", release.toString(), "--gate", gate.toString());
    assertThat(said.exit()).isEqualTo(7);
    assertThat(said.err()).startsWith("OUTSIDE_POLICY: access.policies: found [root-all]");
  }

  @Test
  void namesFileFieldFoundAndAllowedOfABrokenManifest() {
    Path broken = desk.write("broken.yaml", "apiVersion: countersign.io/v1\nkind: Elease\n");
    Said said = desk.run("plan", broken.toString(), "--gate", gate.toString());
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).contains("broken.yaml:2:7: /kind: found 'Elease', allowed is 'Release'");
  }

  @Test
  void checksTheRulesAndSaysTheirDigest() throws IOException {
    assertThat(json(desk.run("policy", "check", gate.toString(), "--json")).path("digest").asText())
        .startsWith("sha256:");
    Said wrong = desk.run("approvers", "check", gate.toString());
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("INVALID_APPROVERS: ");
  }

  @Test
  void printsWhatAVaultAdministratorSetsUp() throws IOException {
    Path pem = example.resolve("keys/prod-cluster.pem");
    Files.createDirectories(pem.getParent());
    Files.writeString(pem, Desk.read(Path.of(desk.key("cluster") + ".pub")));
    assertThat(desk.run("vault", "policy", "--gate", gate.toString()).out())
        .contains("# countersign-grant", "# countersign-watch", "production/fraud-scorer/a");
    String[] onboard = {
      "vault", "onboard", "--gate", gate.toString(), "--environment", "production", "fraud-scorer"
    };
    assertThat(desk.run(onboard).out()).startsWith("#!/bin/sh");
    Said unknown = desk.run("vault", "onboard", "--gate", gate.toString(), "scorer");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("allowed are [production/fraud-scorer, ");
  }

  private Said lock(String... more) {
    String[] args = {"lock", release.toString(), "--gate", gate.toString()};
    return desk.run(join(args, more));
  }

  private Said start(String... more) {
    return desk.run(join(new String[] {"release", "start", release.toString()}, more));
  }

  private byte[] envelope() {
    return desk.gateway.submissions.get(0).envelope().getBytes(StandardCharsets.UTF_8);
  }

  private static String[] join(String[] first, String[] more) {
    return Stream.of(first, more).flatMap(Stream::of).toArray(String[]::new);
  }

  private static JsonNode json(Said said) throws IOException {
    assertThat(said.err()).isEmpty();
    assertThat(said.exit()).isZero();
    return new ObjectMapper().readTree(said.out());
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
