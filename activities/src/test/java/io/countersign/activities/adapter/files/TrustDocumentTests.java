package io.countersign.activities.adapter.files;

import static io.countersign.activities.adapter.files.Documents.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.signing.Keys;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Trust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustDocumentTests {
  private static final String TRUST =
      """
      apiVersion: countersign.io/v1
      kind: Trust
      policyOwners:
        - id: olga@example.com
          keys: [{publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJNXADqz3OLzaRqIrBJp1iWZl87qMOWk5/045s3mS0Dt}]
        - id: paul@example.com
          keys: [{publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDAl9DfZEXOXZRq0u9EnoPjujCd2B1HAPf6kGGQeUadl}]
      gateKeys:
        - id: transit:countersign-gate:v1
          publicKey: |
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAAMVSlcQjgtzkriXmvmuMHVbliyhsi/CsObUNg+8WlIE=
            -----END PUBLIC KEY-----
      """;

  private final DocumentReader reader = new DocumentReader(text -> Keys.publicKey(text).keyId());

  @Test
  void readsOwnersAndKeys() {
    Trust trust = reader.trust("trust.yaml", bytes(TRUST));
    assertThat(trust.owners().orElseThrow().people())
        .extracting(Person::id)
        .containsExactly("olga@example.com", "paul@example.com");
    assertThat(trust.gateKeys())
        .singleElement()
        .satisfies(key -> assertThat(key.id()).isEqualTo("transit:countersign-gate:v1"));
    assertThat(trust.timeStampAuthorities()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: Trust | kind: Approvers | trust.yaml:2:7: /kind: found 'Approvers', allowed is 'Trust'",
        "'kind: Trust' | 'kind: Trust\ngateKey: x' | trust.yaml:3:1: /gateKey: found an unknown field, allowed is one of gateKeys",
        "olga@example.com | paul@example.com | an id is listed twice",
        "MCowBQYDK2VwAyEA | MCowBQYDK2VwAyEB | trust.yaml:10:16: /gateKeys/0/publicKey: found a key that is refused",
        "'policyOwners:' | 'timeStampAuthorities: [nothing]\npolicyOwners:' | trust.yaml:3:24: /timeStampAuthorities/0: found something else",
        "'policyOwners:' | 'unsignedRules: true\npolicyOwners:' | exactly one of policyOwners and",
        "'policyOwners:' | 'unsignedRules: false\npolicyOwners:' | trust.yaml:3:16: /unsignedRules: found 'false'",
      })
  void refusesWithFileLineFieldFoundAndAllowed(String right, String wrong, String said) {
    assertThat(TRUST).contains(right.strip());
    String broken = TRUST.replace(right.strip(), wrong.strip().replace("\\n", "\n"));
    assertThatThrownBy(() -> reader.trust("trust.yaml", bytes(broken)))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_TRUST))
        .hasMessageContaining(said.strip());
  }

  @Test
  void refusesSilenceAboutWhoSignsTheRules() {
    String silent = TRUST.replaceAll("(?s)policyOwners:.*gateKeys:", "gateKeys:");
    assertThatThrownBy(() -> reader.trust("trust.yaml", bytes(silent)))
        .hasMessageContaining("exactly one of policyOwners and 'unsignedRules: true'");
    String said = silent.replace("gateKeys:", "unsignedRules: true\ngateKeys:");
    assertThat(reader.trust("trust.yaml", bytes(said)).owners()).isEmpty();
  }
}
