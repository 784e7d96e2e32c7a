package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.port.KeyDirectory;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.signoff.Order;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import io.countersign.worker.cli.Desk.Said;
import io.countersign.worker.gateway.ReleaseFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTests {
  private static final String ID = Views.RELEASE.toString();

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void awaitingSignOff() {
    desk = new Desk(directory);
    desk.gateway.view = Views.of(Views.STATE, null, null);
    desk.gateway.summaries.add(Views.summary(Views.STATE, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "release",
        "release show",
        "release show a/b",
        "release show Production/x/1",
        "release list --state GONE",
        "release list --environment x'y",
        "release list --limit 0",
        "release start",
        "release start absent.yaml --key k",
        "sign-off production/x/1 --approve --reject",
        "sign-off production/x/1 --function finance --approve",
        "sign-off production/x/1 --approve",
        "order production/x/1 --reason r",
        "order production/x/1 --retire --key k",
        "keygen",
        "keygen --out k --algorithm rsa",
        "policy check absent.yaml",
        "vault onboard x",
      })
  void answersWrongUsageWithTwoAndOneClearText(String line) {
    Said said = desk.run(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).isNotBlank().doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(said.out()).isEmpty();
  }

  @Test
  void refusesToPlayTheDemoAmongOtherFiles() throws IOException {
    Path mine = Files.writeString(directory.resolve("mine"), "x");
    Said among = desk.run("demo", "--out", directory.toString());
    assertThat(among.exit()).isEqualTo(2);
    assertThat(among.err()).contains("--out: " + directory + " is not empty");
    Said onto = desk.run("demo", "--out", mine.toString());
    assertThat(onto.exit()).isEqualTo(2);
    assertThat(onto.err()).contains(mine + " is not a directory");
    assertThat(mine).hasContent("x");
  }

  @Test
  void showsHelpForEveryCommand() {
    Said said = desk.run("--help");
    assertThat(said.exit()).isZero();
    assertThat(said.out())
        .contains("lock", "plan", "release", "sign-off", "order", "policy", "approvers", "keygen");
  }

  @Test
  void putsTheCatalogueNameFirstOnStandardError() {
    desk.gateway.refusal = new GateException(FailureType.OWN_RELEASE, "pia\u001b[2J submitted it");
    Said said = desk.run("release", "show", ID);
    assertThat(said.exit()).isEqualTo(7);
    assertThat(said.err())
        .isEqualToNormalizingNewlines("OWN_RELEASE: pia\\u{1b}[2J submitted it\n");
  }

  @Test
  void answersSixWhenTemporalIsAway() {
    desk.gateway.refusal = new GateException(FailureType.TEMPORAL_UNAVAILABLE, "away");
    assertThat(desk.run("release", "list").exit()).isEqualTo(6);
  }

  @Test
  void refusesAWrongSettingBeforeItAsksTheGate() {
    desk.environment.put("COUNTERSIGN_TEMPORAL_ADRESS", "x:1");
    Said said = desk.run("release", "show", ID);
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).contains("did you mean COUNTERSIGN_TEMPORAL_ADDRESS");
  }

  @Test
  void showsAReleaseWithEverythingForeignEscaped() {
    Said said = desk.run("release", "show", ID);
    assertThat(said.exit()).isZero();
    assertThat(said.out())
        .isEqualToNormalizingNewlines(
            """
            release         production/fraud-scorer/2026.11.1
            state           AWAITING_SIGN_OFF
            why             Missing: 1 sign-off for security, a result or a waiver of mlops.model-quality.
            release digest  %s
            review digest   %s
            tier            customer-facing
            difference      May read kv/data/fraud/scoring.
            difference      May call refund.lookup\\u{a}tier light (read).
            mlops           1 of 2 checks failed
              mlops.artifact-integrity pass: 4 subjects as declared
              mlops.model-quality fail: auc 0.6\\u{1b}[2J\\u{a}security: pass
                            high: auc 0.6\\u{a}risk all fine
                            info: no baseline
            submitter       pia@example.com
            mara@example.com approves for mlops (2026-11-23T10:00:00Z), brought by jwt:ci-bot
            awaiting        1 security
            awaiting        a waiver of mlops.model-quality
            sign off until  2026-11-23T10:00:00Z
            refused         2 messages, unreadable 1
            """
                .formatted(Views.RELEASE_DIGEST, Views.REVIEW_DIGEST));
    assertThat(desk.gateway.closed).isTrue();
  }

  @Test
  void showsAReleaseAsJson() throws IOException {
    JsonNode json = json(desk.run("release", "show", ID, "--json"));
    assertThat(json.path("release").asText()).isEqualTo(ID);
    assertThat(json.path("state").asText()).isEqualTo("AWAITING_SIGN_OFF");
    assertThat(json.path("reviewDigest").asText()).isEqualTo(Views.REVIEW_DIGEST.toString());
    assertThat(json.path("checks").get(0).path("outcome").asText()).isEqualTo("pass");
  }

  @Test
  void listsWithTypedFilters() throws IOException {
    JsonNode json =
        json(
            desk.run(
                "release",
                "list",
                "--environment",
                "production",
                "--state",
                "awaiting-sign-off",
                "--awaiting",
                "risk",
                "--open",
                "--json"));
    assertThat(json.get(0).path("awaiting").toString()).isEqualTo("[\"risk\",\"security\"]");
    assertThat(desk.gateway.filters)
        .containsExactly(
            new ReleaseFilter(
                "production",
                null,
                GateState.AWAITING_SIGN_OFF,
                GateFunction.RISK,
                null,
                null,
                true,
                100));
  }

  @Test
  void signsWhatTheGateShowsAndSignals() throws IOException {
    Path key = desk.key("mara");
    JsonNode json =
        json(
            desk.run(
                "sign-off",
                ID,
                "--function",
                "mlops",
                "--waive",
                "mlops.model-quality",
                "--for",
                "7d",
                "--accountable",
                "head-of-risk@example.com",
                "--reason",
                "known and small",
                "--key",
                key.toString(),
                "--as",
                "mara@example.com",
                "--json"));
    assertThat(json.path("sent").asText()).isEqualTo("signal");
    String sent = desk.gateway.signals.get(0);
    assertThat(sent).startsWith("SIGN_OFF {");
    SignOff signOff = signOff(sent.substring("SIGN_OFF ".length()), "mara");
    assertThat(signOff.function()).isEqualTo(GateFunction.MLOPS);
    assertThat(signOff.decision()).isEqualTo(SignOffDecision.WAIVE);
    assertThat(signOff.check()).isEqualTo("mlops.model-quality");
    assertThat(signOff.terms())
        .isEqualTo(
            WaiverTerms.until(Desk.NOW.plus(Duration.ofDays(7)), "head-of-risk@example.com"));
    assertThat(signOff.releaseDigest()).isEqualTo(Views.RELEASE_DIGEST);
    assertThat(signOff.reviewDigest()).isEqualTo(Views.REVIEW_DIGEST);
    assertThat(signOff.issuedAt()).isEqualTo(Desk.NOW);
    assertThat(signOff.expiresAt()).isEqualTo(Desk.NOW.plus(Duration.ofDays(7)));
    assertThat(json.path("statement").asText()).isEqualTo(signOff.statementDigest().toString());
  }

  @Test
  void refusesToSignAnotherReviewThanTheOneThatWasRead() {
    Said said = approve("--review-digest", Views.digest("older").toString());
    assertThat(said.exit()).isEqualTo(7);
    assertThat(said.err()).startsWith("WRONG_REVIEW: the gate's review digest is ");
    assertThat(desk.gateway.signals).isEmpty();
  }

  @Test
  void signsOfflineWithoutAskingTheGate() {
    desk.gateway.refusal = new GateException(FailureType.TEMPORAL_UNAVAILABLE, "away");
    Said said =
        approve(
            "--print",
            "--expires",
            "2h",
            "--release-digest",
            Views.RELEASE_DIGEST.toString(),
            "--review-digest",
            Views.REVIEW_DIGEST.toString());
    assertThat(said.exit()).isZero();
    SignOff signOff = signOff(said.out(), "mara");
    assertThat(signOff.decision()).isEqualTo(SignOffDecision.APPROVE);
    assertThat(signOff.expiresAt()).isEqualTo(Desk.NOW.plus(Duration.ofHours(2)));
  }

  @Test
  void sendsWhatSomebodySignedElsewhere() {
    Path envelope = desk.write("envelope.json", approve("--print").out());
    Said said = desk.run("sign-off", ID, "--send", envelope.toString(), "--wait");
    assertThat(said.exit()).isZero();
    assertThat(said.out()).contains("mara@example.com approves");
    assertThat(desk.gateway.updates).hasSize(1);
    assertThat(signOff(desk.gateway.updates.get(0).substring("SIGN_OFF ".length()), "mara"))
        .isNotNull();
  }

  @Test
  void findsThePersonOfAKey() {
    Path approvers = desk.approvers("mara", "sven");
    desk.environment.put("COUNTERSIGN_APPROVERS_FILE", approvers.toString());
    String[] args = {
      "sign-off",
      ID,
      "--function",
      "mlops",
      "--approve",
      "--reason",
      "ok",
      "--print",
      "--key",
      desk.key("sven").toString()
    };
    assertThat(signOff(desk.run(args).out(), "sven").person()).isEqualTo("sven@example.com");
    desk.environment.put("COUNTERSIGN_PERSON", "otto@example.com");
    assertThat(desk.run(args).out()).isNotBlank();
    desk.environment.clear();
    assertThat(desk.run(args).err()).contains("--as is missing");
  }

  @Test
  void asksAPersonAtATerminalAndSignsNothingOnNo() {
    desk.interactive = true;
    Said no = approve();
    assertThat(no.exit()).isEqualTo(2);
    assertThat(no.err())
        .contains("review digest   " + Views.REVIEW_DIGEST)
        .contains("mlops.model-quality fail: auc 0.6\\u{1b}[2J\\u{a}security: pass")
        .contains("mara@example.com signs for mlops: approve, because: fine")
        .contains("nothing was signed");
    assertThat(desk.gateway.signals).isEmpty();
    desk.confirms = true;
    assertThat(approve().exit()).isZero();
    assertThat(desk.gateway.signals).hasSize(1);
  }

  @Test
  void ordersByWhatIsShownWithoutAWorker() {
    desk.gateway.view = null;
    Said said =
        desk.run(
            "order",
            ID,
            "--suspend",
            "--reason",
            "leak",
            "--key",
            desk.key("otto").toString(),
            "--as",
            "otto@example.com");
    assertThat(said.exit()).isZero();
    String sent = desk.gateway.signals.get(0);
    Order order =
        new StatementReader()
            .order(
                sent.substring("ORDER ".length()).getBytes(StandardCharsets.UTF_8), keys("otto"));
    assertThat(order.kind()).isEqualTo(OrderKind.SUSPEND);
    assertThat(order.releaseDigest()).isEqualTo(Views.RELEASE_DIGEST);
    assertThat(order.expiresAt()).isEqualTo(Desk.NOW.plus(Duration.ofDays(1)));
  }

  @Test
  void watchesUntilTheEndAndExitsAsItSays() {
    desk.clock = Clock.systemUTC();
    desk.gateway.summaries.add(Views.summary(GateState.REJECTED, false));
    desk.gateway.view = Views.of(GateState.REJECTED, FailureType.CHECK_FAILED, "auc is 0.6");
    Said said = desk.run("release", "watch", ID);
    assertThat(said.exit()).isEqualTo(4);
    assertThat(said.out())
        .isEqualToNormalizingNewlines(
            ID + " is AWAITING_SIGN_OFF, awaiting risk, security\n" + ID + " is REJECTED\n");
    assertThat(said.err()).startsWith("CHECK_FAILED: " + ID + " is REJECTED: auc is 0.6");
  }

  @Test
  void tellsAWorkflowThatWasEndedFromOutside() {
    desk.gateway.summaries.clear();
    desk.gateway.summaries.add(Views.summary(GateState.LIVE, false));
    Said said = desk.run("release", "watch", ID);
    assertThat(said.exit()).isEqualTo(7);
    assertThat(said.err()).contains("was ended from outside");
    assertThat(desk.run("release", "list").out()).contains("INTERRUPTED");
    assertThat(desk.run("release", "list", "--json").out()).contains("\"interrupted\":true");
  }

  @Test
  void makesAKeyOnceAndNeverOverwritesIt() throws IOException {
    Path out = directory.resolve("ada.key");
    JsonNode json = json(desk.run("keygen", "--out", out.toString(), "--json"));
    assertThat(json.path("keyId").asText()).matches("[0-9a-f]{64}");
    String before = Desk.read(out);
    Said again = desk.run("keygen", "--out", out.toString());
    assertThat(again.exit()).isEqualTo(2);
    assertThat(again.err()).contains("exists already");
    assertThat(Desk.read(out)).isEqualTo(before);
  }

  @Test
  void verifiesAFileOnceTwoOwnersHaveSignedIt() {
    Path file = desk.approvers("mara", "sven");
    Path owners = directory.resolve("owners.yaml");
    desk.write("owners.yaml", Desk.read(file));
    String[] verify = {"policy", "verify", file.toString(), "--owners", owners.toString()};
    sign(file, owners, "mara");
    Said one = desk.run(verify);
    assertThat(one.exit()).isEqualTo(2);
    assertThat(one.err()).startsWith("INVALID_APPROVERS: ").contains("1 policy owners");
    sign(file, owners, "sven");
    assertThat(desk.run(verify).exit()).isZero();
  }

  private void sign(Path file, Path owners, String name) {
    Said said =
        desk.run(
            "policy",
            "sign",
            file.toString(),
            "--owners",
            owners.toString(),
            "--key",
            desk.key(name).toString(),
            "--as",
            name + "@example.com");
    assertThat(said.err()).isEmpty();
    assertThat(said.exit()).isZero();
  }

  private Said approve(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "sign-off",
                ID,
                "--function",
                "mlops",
                "--approve",
                "--reason",
                "fine",
                "--key",
                desk.key("mara").toString(),
                "--as",
                "mara@example.com"));
    args.addAll(List.of(more));
    return desk.run(args.toArray(String[]::new));
  }

  private SignOff signOff(String envelope, String name) {
    return new StatementReader().signOff(envelope.getBytes(StandardCharsets.UTF_8), keys(name));
  }

  private KeyDirectory keys(String name) {
    return new ApproverKeys().of(Surroundings.reader().approvers(desk.approvers(name)).approvers());
  }

  private static JsonNode json(Said said) throws IOException {
    assertThat(said.err()).isEmpty();
    assertThat(said.exit()).isZero();
    return new ObjectMapper().readTree(said.out());
  }
}
