package io.countersign.activities.adapter.files;

import static io.countersign.activities.adapter.files.Documents.APPROVERS;
import static io.countersign.activities.adapter.files.Documents.GATE;
import static io.countersign.activities.adapter.files.Documents.READER;
import static io.countersign.activities.adapter.files.Documents.RELEASE;
import static io.countersign.activities.adapter.files.Documents.bytes;
import static io.countersign.activities.adapter.files.Documents.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentReaderTests {

  @Test
  void readsTextWhereTextIsMeant() {
    ReleaseDocument document = READER.release("release.yaml", bytes(RELEASE));
    Manifest manifest = document.manifest();
    assertThat(manifest.metadata().version()).isEqualTo("1.10");
    assertThat(manifest.metadata().owner()).isEqualTo("no");
    assertThat(manifest.profile().intendedUse())
        .isEqualTo("Scores cases for possible fraud and explains each score to an analyst.");
    assertThat(document.locked()).isTrue();
    assertThat(document.releaseDigest()).isEqualTo(CanonicalJson.digest(document.json()));
  }

  @Test
  void givesTheSameReleaseDigestWhateverTheLayout() {
    String other =
        RELEASE
            .replace("version: 1.10,", "version: '1.10',   ")
            .replace("kind: Release\n", "")
            .concat("kind: Release # at the end\n");
    assertThat(READER.release("a", bytes(other)).releaseDigest())
        .isEqualTo(READER.release("b", bytes(RELEASE)).releaseDigest());
    assertThat(READER.release("a", bytes(RELEASE.replace("\n", "\r\n"))).releaseDigest())
        .isEqualTo(READER.release("b", bytes(RELEASE)).releaseDigest());
  }

  @ParameterizedTest
  @CsvSource({"'digest: \"\"'", "'digest:'", "'contributors: [dana@example.com]'"})
  void acceptsAManifestWhoseDigestsAreStillToBeFilledIn(String line) {
    String open = RELEASE.replaceFirst("digest: \"[^\"]*\"", line);
    ReleaseDocument document = READER.release("release.yaml", bytes(open));
    assertThat(document.locked()).isFalse();
    assertThat(document.manifest().subjects().model().digest()).isNull();
  }

  @Test
  void readsTypedValuesInTheSettingsOfACheck() {
    GateDocument document = READER.gate("gate.yaml", bytes(GATE));
    JsonNode with =
        new ObjectMapper().valueToTree(document.policy().tiers().get(0).checks().get(0).with());
    assertThat(with.at("/metrics/auc/min").isNumber()).isTrue();
    assertThat(with.at("/metrics/auc/min").decimalValue()).isEqualByComparingTo("0.9");
    assertThat(with.at("/metrics/auc/maxDrop").decimalValue()).isEqualByComparingTo("0.01");
    assertThat(with.at("/strict").isBoolean()).isTrue();
    assertThat(with.at("/label").textValue()).isEqualTo("no");
    assertThat(document.digest()).isEqualTo(Digest.of(bytes(GATE)));
    assertThat(READER.gatePolicy(document.bytes())).isEqualTo(document.policy());
  }

  @ParameterizedTest
  @CsvSource({
    "'-----BEGIN PUBLIC KEY-----|MFkw+/==|-----END PUBLIC KEY-----', true",
    "'-----BEGIN CERTIFICATE-----|MIIB|-----END CERTIFICATE-----|-----BEGIN CERTIFICATE-----|MIIC|-----END CERTIFICATE-----', true",
    "'-----BEGIN PRIVATE KEY-----|MFkw|-----END PRIVATE KEY-----', false",
    "'-----BEGIN PUBLIC KEY-----|MFkw|-----END PUBLIC KEY-----|and more', false",
    "'one line|and another', false",
  })
  void onlyAPublicKeyOrCertificateHasLinesInTheSettingsOfACheck(String value, boolean allowed) {
    String setting = "strict: true, pem: \"" + value.replace("|", "\\n") + "\\n\"";
    byte[] gate = bytes(GATE.replace("strict: true", setting));
    if (allowed) {
      assertThat(READER.gatePolicy(gate).tiers().get(0).checks().get(0).with().get("pem").asText())
          .isEqualTo(value.replace("|", "\n") + "\n");
    } else {
      assertThat(problems(() -> READER.gatePolicy(gate)))
          .singleElement()
          .satisfies(problem -> assertThat(problem.toString()).contains("/with/pem", "one line"));
    }
  }

  @Test
  void namesKeysByTheirFingerprint() {
    Approvers approvers = READER.approvers("approvers.yaml", bytes(APPROVERS)).approvers();
    String keyId = Digest.of(bytes("ssh-ed25519 AAAA")).hex();
    assertThat(approvers.personOfKey(keyId).orElseThrow().id()).isEqualTo("pia@example.com");
    assertThat(approvers.person("mara@example.com").orElseThrow().keys().get(0).publicKey())
        .startsWith("-----BEGIN PUBLIC KEY-----\n");
  }

  @Test
  void refusesAKeyThatIsRefusedAndNamesIt() {
    List<DocumentProblem> found =
        problems(() -> READER.approvers("a.yaml", bytes(APPROVERS.replace("AAAA", "BROKEN"))));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).field()).isEqualTo("/people/1/keys/0/publicKey");
    assertThat(found.get(0).toString()).contains("allowed is Ed25519");
  }

  @Test
  void refusesTwoPeopleWithOneKey() {
    String twice =
        APPROVERS.replaceAll(
            "(?s)publicKey: \\|.*?KEY-----\\n.*?KEY-----\\n", "publicKey: ssh-ed25519 AAAA\n");
    assertThat(problems(() -> READER.approvers("a.yaml", bytes(twice))).get(0).allowed())
        .contains("a key is listed twice");
  }

  @Test
  void namesEveryProblemWithItsPlace() {
    String bad =
        RELEASE
            .replace("system: fraud-scorer", "sistem: fraud-scorer")
            .replace("tokenTtl: 15m", "tokenTtl: soon")
            .replace("policies: [fraud-read]", "policies: [root]");
    List<DocumentProblem> found = Documents.release(bad);
    assertThat(found)
        .extracting(DocumentProblem::toString)
        .contains(
            "release.yaml:3:12: /metadata/sistem: found an unknown field, allowed is one of system,"
                + " tier, owner, version, change, environment, contributors",
            "release.yaml:3:11: /metadata/system: found nothing, allowed is 1 to 32 of a-z 0-9 -"
                + " beginning and ending with a letter or digit",
            "release.yaml:14:14: /access/policies/0: found 'root', allowed is 1 to 64 of a-z 0-9 _ -"
                + " beginning and ending with a letter or digit, not 'root' or 'default'",
            "release.yaml:16:13: /access/tokenTtl: found 'soon', allowed is a whole number above zero"
                + " and s, m, h or d, for example 15m")
        .hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "apiVersion: countersign.io/v1, apiVersion: v2, /apiVersion",
    "kind: Release, kind: Gate, /kind",
    "version: 1.10, version: probe, /metadata/version",
    "version: 1.10, version: 1..0, /metadata/version",
    "version: 1.10, 'version: \"1\\n\"', /metadata/version",
    "version: 1.10, version: a/b, /metadata/version",
    "system: fraud-scorer, 'system: \"a\\\"} path \\\"*\\\" {\"', /metadata/system",
    "system: fraud-scorer, system: '''a or 1=1''', /metadata/system",
    "policies: [fraud-read], policies: [], /access/policies",
    "policies: [fraud-read], policies: fraud-read, /access/policies",
    "policies: [fraud-read], policies: [a/../b], /access/policies/0",
    "validity: 30d, validity: 5m, /access/tokenTtl",
    "validity: 30d, validity: 0d, /access/validity",
    "uri: model/, uri: ../model, /subjects/model/uri",
    "uri: model/, uri: /etc/passwd, /subjects/model/uri",
    "uri: model/, uri: a/./b, /subjects/model/uri",
    "uri: model/, uri: a//b, /subjects/model/uri",
    "uri: model/, 'uri: \"a\\\\b\"', /subjects/model/uri",
    "metrics: reports/metrics.json, metrics: ../m.json, /evidence/metrics",
    "identity: spiffe://prod.example.com/fraud-scorer, identity: spiffe://*, /workload/identity",
    "reviewedUntil: 2027-03-31, reviewedUntil: 2027-02-31, /dependencies/0/reviewedUntil",
    "'to: \"1.9\"', to: 1.10, /rollback/to",
    "intendedUse: >-, 'intendedUse: \"\\u202e\"', ''",
    "impact: A wrong score delays a payment., impact: ' ', /profile/impact",
    "issuer: prod-cluster, issuer: {a: b}, /workload/issuer"
  })
  void refusesWhatIsNotAllowedAtItsField(String good, String bad, String field) {
    assertThat(RELEASE).contains(good);
    List<DocumentProblem> found = Documents.release(RELEASE.replace(good, bad));
    assertThat(found).extracting(DocumentProblem::field).contains(field);
    assertThat(found).allSatisfy(problem -> assertThat(problem.line()).isPositive());
  }

  @ParameterizedTest
  @CsvSource({
    "when: [{always: true}], when: [{exposure: [internal]}], ''",
    "when: [{always: true}], when: [{}], /tiers/0/when/0",
    "when: [{always: true}], when: [{always: false}], /tiers/0/when/0/always",
    "when: [{always: true}], when: [{always: 'yes'}], /tiers/0/when/0/always",
    "quorum: 1, quorum: 0, /tiers/0/requirements/0/quorum",
    "quorum: 1, 'quorum: \"1\"', /tiers/0/requirements/0/quorum",
    "quorum: 1, quorum: 1.5, /tiers/0/requirements/0/quorum",
    "sweepLimit: 5, sweepLimit: 0, /lifecycle/sweepLimit",
    "policySets: [[fraud-read]], policySets: [], /systems/0/policySets",
    "policySets: [[fraud-read]], policySets: [[]], /systems/0/policySets/0",
    "environment: production, dynamicSecrets: [], /systems/0/dynamicSecrets",
    "environment: production, dynamicSecrets: [auth/jwt/login], /systems/0/dynamicSecrets/0",
    "environment: production, dynamicSecrets: [database], /systems/0/dynamicSecrets/0",
    "environment: production, dynamicSecrets: [database/../auth], /systems/0/dynamicSecrets/0",
    "environment: production, 'dynamicSecrets: [\"db/*\"]', /systems/0/dynamicSecrets/0",
    "environment: production, staticSecrets: [], /systems/0/staticSecrets",
    "environment: production, 'staticSecrets: [{mount: sys, version: 2, paths: [a]}]', /systems/0/staticSecrets/0/mount",
    "environment: production, 'staticSecrets: [{mount: a/../b, version: 2, paths: [a]}]', /systems/0/staticSecrets/0/mount",
    "environment: production, 'staticSecrets: [{mount: kv, version: 3, paths: [a]}]', /systems/0/staticSecrets/0/version",
    "environment: production, 'staticSecrets: [{mount: kv, version: 2, paths: []}]', /systems/0/staticSecrets/0/paths",
    "environment: production, 'staticSecrets: [{mount: kv, version: 2, paths: [a*]}]', /systems/0/staticSecrets/0/paths/0",
    "environment: production, 'staticSecrets: [{mount: kv, version: 2, paths: [\"a/../b\"]}]', /systems/0/staticSecrets/0/paths/0",
    "environment: production, 'staticSecrets: [{mount: kv, version: 2, paths: [a]}, {mount: kv, version: 1, paths: [a]}]', ''",
    "algorithms: [ES256], algorithms: [none], /issuers/prod-cluster/algorithms/0",
    "algorithms: [ES256], algorithms: [HS256], /issuers/prod-cluster/algorithms/0",
    "publicKeys: [k.pem], 'publicKeys: [k.pem], jwksUrl: \"https://x\"', /issuers/prod-cluster",
    "publicKeys: [k.pem], 'jwksUrl: \"http://x.example.com\"', /issuers/prod-cluster/jwksUrl",
    "issuer: prod-cluster, issuer: other, ''",
    "prohibited: [social scoring], prohibited: [], /acceptableUse/prohibited",
    "reminders: [24h], reminders: [72h], /tiers/0/signOffs/reminders",
    "check: mlops.model-quality, check: model-quality, /tiers/0/checks/0/check",
    "label: no, label: null, /tiers/0/checks/0/with/label",
    "label: no, <<: {a: b}, ''"
  })
  void refusesAGatePolicyThatIsNotAllowed(String good, String bad, String field) {
    assertThat(GATE).contains(good);
    List<DocumentProblem> found =
        problems(() -> READER.gate("gate.yaml", bytes(GATE.replace(good, bad))));
    assertThat(found).isNotEmpty();
    if (field != null && !field.isEmpty()) {
      assertThat(found).extracting(DocumentProblem::field).contains(field);
    }
  }

  @Test
  void readsTheManifestOfASubmissionLikeAFile() {
    JsonNode json = READER.release("release.yaml", bytes(RELEASE)).json();
    assertThat(READER.manifest(json))
        .isEqualTo(READER.release("release.yaml", bytes(RELEASE)).manifest());
    ObjectNode open = json.deepCopy();
    ((ObjectNode) open.at("/subjects/model")).remove("digest");
    assertThat(problems(() -> READER.manifest(open)).get(0).field())
        .isEqualTo("/subjects/model/digest");
    ObjectNode newline = json.deepCopy();
    ((ObjectNode) newline.at("/metadata")).put("system", "fraud-scorer\n");
    assertThat(problems(() -> READER.manifest(newline)).get(0).field())
        .isEqualTo("/metadata/system");
    ObjectNode number = json.deepCopy();
    ((ObjectNode) number.at("/metadata")).put("version", 1);
    assertThat(problems(() -> READER.manifest(number)).get(0).field())
        .isEqualTo("/metadata/version");
    ObjectNode nothing = json.deepCopy();
    ((ObjectNode) nothing.at("/metadata")).putNull("change");
    assertThat(problems(() -> READER.manifest(nothing)).get(0).field())
        .isEqualTo("/metadata/change");
  }

  @Test
  void failsWithATypeOfTheCatalogue() {
    assertThatThrownBy(() -> READER.gatePolicy(bytes("a: b")))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }
}
