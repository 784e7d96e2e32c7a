package io.countersign.activities.adapter.signing;

import static io.countersign.activities.adapter.signing.Fixtures.ANA;
import static io.countersign.activities.adapter.signing.Fixtures.ISSUED;
import static io.countersign.activities.adapter.signing.Fixtures.MANIFEST;
import static io.countersign.activities.adapter.signing.Fixtures.people;
import static io.countersign.activities.adapter.signing.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.CiTokens;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.CiToken;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.Submission;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.signoff.Order;
import io.countersign.signoff.SignOff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementReaderTests {
  private static final JsonMapper JSON = new JsonMapper();
  private static final SigningKey KEY = Fixtures.key(KeyAlgorithm.ED25519);
  private static final CiTokens NO_TOKENS =
      (token, audience, at) -> {
        throw new GateException(FailureType.BAD_TOKEN, "none");
      };

  private final StatementReader reader = new StatementReader();

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void readsBackASignOff(KeyAlgorithm algorithm) {
    SigningKey key = Fixtures.key(algorithm);
    DsseEnvelope envelope = DsseEnvelope.sign(StatementWriter.signOff(Fixtures.approval()), key);
    SignOff read = reader.signOff(envelope.write(), people(ANA, KEY, key));
    assertThat(read)
        .isEqualTo(Fixtures.approval().verified(key.verificationKey(), envelope.statementDigest()));
  }

  @Test
  void readsBackAnOrder() {
    DsseEnvelope envelope = DsseEnvelope.sign(StatementWriter.order(Fixtures.rollback()), KEY);
    Order read = reader.order(envelope.write(), people(ANA, KEY));
    assertThat(read)
        .isEqualTo(Fixtures.rollback().verified(KEY.verificationKey(), envelope.statementDigest()));
  }

  @Test
  void readsBackAPersonsSubmission() {
    byte[] statement = StatementWriter.submission(submission(new SubmissionPredicate.Person(ANA)));
    Submission read = reader.submission(sealed(statement), people(ANA, KEY), NO_TOKENS, ISSUED);
    assertThat(read.submitter())
        .isEqualTo(new Submission.Person(ANA, KEY.verificationKey().keyId()));
    assertThat(read.manifest()).isEqualTo(MANIFEST);
  }

  @Test
  void aTokenMadeForTheReleaseStandsInForTheSignatureOfACiRun() {
    CiIdentity run = new CiIdentity("main", "https://ci", "repo", "id", ISSUED, Map.of(), "ana");
    byte[] statement =
        StatementWriter.submission(
            submission(new SubmissionPredicate.Ci("https://ci", "repo", new CiToken("t.o.k"))));
    CiTokens tokens =
        (token, audience, at) -> {
          assertThat(token.reveal()).isEqualTo("t.o.k");
          assertThat(audience)
              .isEqualTo(
                  "countersign:production/fraud-scorer/2026.11.3@" + Fixtures.RELEASE_DIGEST);
          return run;
        };
    byte[] envelope = DsseEnvelope.unsigned(statement).write();
    assertThat(reader.submission(envelope, people(ANA, KEY), tokens, ISSUED).submitter())
        .isEqualTo(new Submission.Ci(run));
    refused(
        FailureType.BAD_TOKEN,
        () -> reader.submission(envelope, people(ANA, KEY), NO_TOKENS, ISSUED));
    CiIdentity other = new CiIdentity("main", "https://ci", "fork", "id", ISSUED, Map.of(), "eve");
    refused(
        FailureType.BAD_TOKEN,
        () -> reader.submission(envelope, people(ANA, KEY), (t, a, i) -> other, ISSUED));
  }

  @Test
  void aPersonsSubmissionWithoutASignatureIsNone() {
    byte[] statement = StatementWriter.submission(submission(new SubmissionPredicate.Person(ANA)));
    refused(
        FailureType.BAD_SIGNATURE,
        () ->
            reader.submission(
                DsseEnvelope.unsigned(statement).write(), people(ANA, KEY), NO_TOKENS, ISSUED));
  }

  @Test
  void aManifestThatDiffersFromItsDigestIsRefused() {
    byte[] statement =
        changed(
            StatementWriter.submission(submission(new SubmissionPredicate.Person(ANA))),
            s -> ((ObjectNode) s.at("/predicate/manifest")).put("tokenTtl", "90d"));
    refused(
        FailureType.DIGEST_MISMATCH,
        () -> reader.submission(sealed(statement), people(ANA, KEY), NO_TOKENS, ISSUED));
  }

  @Test
  void readsBackACheckResult() {
    CheckStatement said = checkStatement();
    byte[] envelope = sealed(StatementWriter.checkResult(said));
    assertThat(reader.checkResult(envelope, List.of(KEY.verificationKey()))).isEqualTo(said);
    refused(
        FailureType.UNKNOWN_KEY,
        () ->
            reader.checkResult(
                envelope, List.of(Fixtures.key(KeyAlgorithm.ED25519).verificationKey())));
  }

  @Test
  void aKeySpeaksForItsOwnPersonOnly() {
    SigningKey eve = Fixtures.key(KeyAlgorithm.ED25519);
    byte[] byEve = DsseEnvelope.sign(StatementWriter.signOff(Fixtures.approval()), eve).write();
    refused(
        FailureType.UNKNOWN_KEY,
        () ->
            reader.signOff(
                byEve, person -> List.of((person.equals(ANA) ? KEY : eve).verificationKey())));
    refused(
        FailureType.UNKNOWN_PERSON, () -> reader.signOff(byEve, people("eve@example.com", eve)));
  }

  @Test
  void aStrangersSignatureInFrontDoesNotTakeAPersonsPlace() {
    byte[] statement = StatementWriter.signOff(Fixtures.approval());
    SigningKey eve = Fixtures.key(KeyAlgorithm.ED25519);
    DsseEnvelope both =
        new DsseEnvelope(
            DsseEnvelope.IN_TOTO,
            statement,
            List.of(
                DsseEnvelope.sign(statement, eve).signatures().get(0),
                DsseEnvelope.sign(statement, KEY).signatures().get(0)));
    SignOff read =
        reader.signOff(
            both.write(), person -> List.of((person.equals(ANA) ? KEY : eve).verificationKey()));
    assertThat(read.keyId()).isEqualTo(KEY.verificationKey().keyId());
  }

  @Test
  void oneKindOfStatementIsNeverReadAsAnother() {
    byte[] order = sealed(StatementWriter.order(Fixtures.rollback()));
    refused(FailureType.UNREADABLE, () -> reader.signOff(order, people(ANA, KEY)));
  }

  static Stream<Arguments> tampered() {
    return Stream.of(
        tamper("another type", s -> s.put("_type", "https://in-toto.io/Statement/v0.1")),
        tamper("no type", s -> s.remove("_type")),
        tamper(
            "another predicate type",
            s -> s.put("predicateType", "https://countersign.io/sign-off/v2")),
        tamper("an unknown field", s -> s.put("note", "x")),
        tamper("no subject", s -> s.remove("subject")),
        tamper("an empty subject", s -> s.putArray("subject")),
        tamper("two subjects", s -> s.withArray("subject").add(s.at("/subject/0").deepCopy())),
        tamper(
            "another subject's name", s -> at(s, "/subject/0").put("name", "production/other/1")),
        tamper("no release's name", s -> at(s, "/subject/0").put("name", "x")),
        tamper(
            "another subject's digest",
            s -> at(s, "/subject/0/digest").put("sha256", "0".repeat(64))),
        tamper("a second digest", s -> at(s, "/subject/0/digest").put("md5", "0")),
        tamper("a predicate that is no object", s -> s.put("predicate", "x")),
        predicate("an unknown field", p -> p.put("admin", true)),
        predicate("another letter case", p -> p.put("function", "Security")),
        predicate("an unknown function", p -> p.put("function", "legal")),
        predicate("a number as function", p -> p.put("function", 1)),
        predicate("an unknown decision", p -> p.put("decision", "maybe")),
        predicate("a check with an approval", p -> p.put("check", "security.scan")),
        predicate("a waiver without a check", p -> p.put("decision", "waive")),
        predicate("a null check", p -> p.putNull("check")),
        predicate("no reason", p -> p.remove("reason")),
        predicate("an empty reason", p -> p.put("reason", "")),
        predicate("a blank reason", p -> p.put("reason", " \n ")),
        predicate("a long reason", p -> p.put("reason", "x".repeat(1_001))),
        predicate("a reason that turns text around", p -> p.put("reason", "ok \u202E reject")),
        predicate("a reason that clears the screen", p -> p.put("reason", "\u001B[2J")),
        predicate("half a character", p -> p.put("reason", "x\uD800")),
        predicate(
            "a person with a zero-width space", p -> p.put("person", "ana\u200B@example.com")),
        predicate("a person with a blank", p -> p.put("person", ANA + " ")),
        predicate("a list of persons", p -> p.putArray("person").add(ANA)),
        predicate("another release", p -> p.put("release", "production/other/1")),
        predicate("a release with a climb", p -> p.put("release", "production/x/..")),
        predicate(
            "another release digest", p -> p.put("releaseDigest", "sha256:" + "0".repeat(64))),
        predicate("an upper-case digest", p -> p.put("reviewDigest", "sha256:" + "A".repeat(64))),
        predicate("another digest algorithm", p -> p.put("reviewDigest", "md5:" + "0".repeat(32))),
        predicate("a local time", p -> p.put("issuedAt", "2026-11-23T05:00:00+01:00")),
        predicate("a day that is none", p -> p.put("issuedAt", "2026-02-30T05:00:00Z")),
        predicate("a time with a newline", p -> p.put("issuedAt", "2026-11-23T05:00:00Z\n")),
        predicate("a time as a number", p -> p.put("issuedAt", 1_795_000_000)),
        predicate("an end before the beginning", p -> p.put("expiresAt", "2026-11-23T04:00:00Z")),
        predicate("a short nonce", p -> p.put("nonce", "00")),
        predicate("a nonce with a newline", p -> p.put("nonce", Fixtures.NONCE + "\n")),
        predicate("an upper-case nonce", p -> p.put("nonce", "A".repeat(32))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tampered")
  void refusesAStatementOfAnotherFormEvenIfItsPersonSignedIt(
      String name, Consumer<ObjectNode> change) {
    byte[] statement = changed(StatementWriter.signOff(Fixtures.approval()), change);
    assertThatThrownBy(() -> reader.signOff(sealed(statement), people(ANA, KEY)))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.UNREADABLE))
        .message()
        .hasSizeLessThan(500)
        .doesNotContain("\u202E", "\u001B", "\u200B", "\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tampered")
  void everyChangeAfterSigningIsRefused(String name, Consumer<ObjectNode> change) {
    DsseEnvelope signed = DsseEnvelope.sign(StatementWriter.signOff(Fixtures.approval()), KEY);
    DsseEnvelope changed =
        new DsseEnvelope(
            signed.payloadType(), changed(signed.payload(), change), signed.signatures());
    assertThatThrownBy(() -> reader.signOff(changed.write(), people(ANA, KEY)))
        .isInstanceOf(GateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{} {}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"_type\":\"https://in-toto.io/Statement/v1\"}",
        "{\"predicate\":{\"round\":1e999}}",
        "{\"predicate\":{\"round\":12345678901234567890123456789012345}}",
        "{\"predicate\":NaN}",
        "\uFEFF{}"
      })
  void refusesPayloadsThatAreNoStatement(String payload) {
    refused(FailureType.UNREADABLE, () -> reader.signOff(sealed(utf8(payload)), people(ANA, KEY)));
  }

  @Test
  void refusesAKeyThatIsSaidTwiceInsideThePredicate() {
    String text = new String(StatementWriter.signOff(Fixtures.approval()), StandardCharsets.UTF_8);
    String twice =
        text.replace(
            "\"decision\":\"approve\"", "\"decision\":\"reject\",\"decision\":\"approve\"");
    String escaped =
        text.replace(
            "\"decision\":\"approve\"", "\"decision\":\"reject\",\"d\\u0065cision\":\"approve\"");
    refused(FailureType.UNREADABLE, () -> reader.signOff(sealed(utf8(twice)), people(ANA, KEY)));
    refused(FailureType.UNREADABLE, () -> reader.signOff(sealed(utf8(escaped)), people(ANA, KEY)));
  }

  @Test
  void refusesAPayloadThatIsNotUtf8AndNestingWithoutEnd() {
    byte[] latin = StatementWriter.signOff(Fixtures.approval());
    latin[latin.length - 3] = (byte) 0xE4;
    refused(FailureType.UNREADABLE, () -> reader.signOff(sealed(latin), people(ANA, KEY)));
    byte[] deep = utf8("{\"predicate\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}");
    refused(FailureType.UNREADABLE, () -> reader.signOff(sealed(deep), people(ANA, KEY)));
  }

  @Test
  void aTokenIsInNoMessage() {
    String secret = "very.secret.token";
    byte[] statement =
        StatementWriter.submission(
            submission(new SubmissionPredicate.Ci("https://ci", "repo", new CiToken(secret))));
    for (Consumer<ObjectNode> change :
        List.<Consumer<ObjectNode>>of(
            s -> at(s, "/predicate").put("oidcToken", secret.repeat(2_000)),
            s -> at(s, "/predicate").put("person", ANA),
            s -> at(s, "/predicate").remove("ci"))) {
      byte[] changed = changed(statement, change);
      assertThatThrownBy(
              () -> reader.submission(sealed(changed), people(ANA, KEY), NO_TOKENS, ISSUED))
          .isInstanceOf(GateException.class)
          .message()
          .doesNotContain("very.secret");
    }
  }

  @Test
  void writesOneFormOnly() {
    String text = new String(StatementWriter.signOff(Fixtures.approval()), StandardCharsets.UTF_8);
    assertThat(text)
        .startsWith(
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"decision\":\"approve\",\"expiresAt\":")
        .contains(
            "\"subject\":[{\"digest\":{\"sha256\":\""
                + Fixtures.RELEASE_DIGEST.hex()
                + "\"},\"name\":\"production/fraud-scorer/2026.11.3\"}]");
  }

  @Test
  void noncesAreFresh() {
    assertThat(StatementWriter.nonce()).hasSize(32).isNotEqualTo(StatementWriter.nonce());
  }

  private static Arguments tamper(String name, Consumer<ObjectNode> change) {
    return Arguments.of(name, change);
  }

  private static Arguments predicate(String name, Consumer<ObjectNode> change) {
    return tamper("predicate: " + name, s -> change.accept(at(s, "/predicate")));
  }

  private static ObjectNode at(JsonNode statement, String pointer) {
    return (ObjectNode) statement.at(pointer);
  }

  private static byte[] changed(byte[] statement, Consumer<ObjectNode> change) {
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(statement);
      change.accept(json);
      return utf8(JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] sealed(byte[] statement) {
    return DsseEnvelope.sign(statement, KEY).write();
  }

  private static SubmissionPredicate submission(SubmissionPredicate.Submitter submitter) {
    return new SubmissionPredicate(
        submitter,
        Fixtures.RELEASE,
        Fixtures.RELEASE_DIGEST,
        MANIFEST,
        ISSUED,
        Fixtures.EXPIRES,
        Fixtures.NONCE);
  }

  private static CheckStatement checkStatement() {
    CheckResult result =
        new CheckResult(
            "security.scan",
            CheckOutcome.FAIL,
            List.of(
                new Finding("cve", Severity.HIGH, "a known hole", null),
                new Finding("cve", Severity.LOW, "another", "lib.so")),
            new TreeMap<>(Map.of("scanned", "12")),
            List.of("bo@example.com"),
            List.of(new Evidence("reports/scan.sarif", Digest.of(new byte[] {1}))));
    return new CheckStatement(
        Fixtures.RELEASE,
        Fixtures.RELEASE_DIGEST,
        1,
        result,
        "worker-1",
        ISSUED,
        ISSUED.plusMillis(1_500));
  }

  private static void refused(FailureType type, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type));
  }
}
