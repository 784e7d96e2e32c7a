package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.SystemRef;
import io.countersign.policy.StaticSecrets;
import io.countersign.release.Span;
import java.net.URI;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemOnboardingTests {
  private static final String ISSUER = "https://issuer.example.com";
  private static final String SUBJECT = "spiffe://prod.example.com/fraud-scorer";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a\"b",
        "a'b",
        "a\\b",
        "a\nb",
        "a\tb",
        "a*",
        "*",
        "a,b",
        "${env.HOME}",
        "$(id)",
        "`id`",
        "%{if}",
        "{{identity}}",
        "ä",
        " a",
        "a "
      })
  void aClaimThatAnyParserCouldMisreadIsRefused(String claim) {
    refuses(() -> system(claim, "vault", List.of(List.of("fraud-read"))));
    refuses(() -> system(SUBJECT, claim, List.of(List.of("fraud-read"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "root", "default", "Fraud", "a,b", "a/b", "../a", "a\"", "-a", "a*", "a+"})
  void aPolicyNameThatIsMoreThanANameIsRefused(String name) {
    refuses(() -> system(SUBJECT, "vault", List.of(List.of(name))));
  }

  @Test
  void emptinessIsRefused() {
    refuses(() -> system(SUBJECT, "vault", List.of()));
    refuses(() -> system(SUBJECT, "vault", List.of(List.of("fraud-read"), List.of())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://issuer.example.com/keys", "file:///etc/passwd", "https:///keys"})
  void keysComeOverHttpsOrAreGiven(String address) {
    refuses(() -> keys(List.of(), URI.create(address)));
    refuses(() -> keys(List.of(), null));
    refuses(
        () -> keys(List.of("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"database", "auth/token/create", "a/../b", "a/*", "/a/b", "a/b\"", "a//b"})
  void aLeasePrefixIsOneConcretePathOutsideLogins(String prefix) {
    refuses(() -> VaultNames.leasePrefix(prefix));
  }

  @Test
  void thePoliciesNameNothingButThisSystem() {
    SystemOnboarding system =
        system(
            SUBJECT, "vault", List.of(List.of("fraud-tools", "fraud-read"), List.of("fraud-read")));

    assertThat(GatePolicies.grant(List.of(system)))
        .contains("\"token_policies\" = [\"fraud-read,fraud-tools\", \"fraud-read\"]")
        .contains("path \"auth/countersign/prod/fraud/a/role/+\"")
        .contains("path \"sys/leases/revoke-prefix/auth/countersign/prod/fraud/b/login\"")
        .doesNotContain("\"read\"", "\"list\"", "*", "\"sys/auth");
    String decrypt =
        "path \"transit/decrypt/countersign-payload\" {\n  capabilities = [\"update\"]\n}\n";
    assertThat(GatePolicies.watch(List.of(system))).containsOnlyOnce(decrypt);
    assertThat(GatePolicies.watch(List.of(system)).replace(decrypt, ""))
        .contains("path \"sys/policies/acl/fraud-read\"", "path \"sys/policies/acl/fraud-tools\"")
        .doesNotContain("\"create\"", "\"update\"", "\"delete\"", "*", "revoke");
  }

  @Test
  void theAgesOfStaticSecretsAreSeenByTheirMetadataAlone() {
    String before = GatePolicies.watch(List.of(system(List.of())));
    String after =
        GatePolicies.watch(
            List.of(
                system(
                    List.of(
                        new StaticSecrets("kv", 2, List.of("scoring", "shared/*", "a/+/b")),
                        new StaticSecrets("old", 1, List.of("*"))))));

    assertThat(after.replace(before, ""))
        .isEqualTo(
            """

            # When static secrets were changed, never what they hold
            path "kv/metadata/a/" {
              capabilities = ["list"]
            }
            path "kv/metadata/a/+/b" {
              capabilities = ["read"]
            }
            path "kv/metadata/scoring" {
              capabilities = ["read"]
            }
            path "kv/metadata/shared/*" {
              capabilities = ["list", "read"]
            }
            path "sys/mounts/kv" {
              capabilities = ["read"]
            }
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/a", "a/", "a//b", "a*", "*/a", "a/*/b", "..", "a/../b", "a/.", "a b", "a\"", "${a}"
      })
  void aPathOfStaticSecretsThatIsMoreThanAPathIsRefused(String path) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new StaticSecrets("kv", 2, List.of(path)));
  }

  @Test
  void lifetimesAreListedUpToTheCapAndNoFurther() {
    assertThat(
            GatePolicies.grant(List.of(system(SUBJECT, "vault", List.of(List.of("fraud-read"))))))
        .contains("\"3600\"]")
        .contains("\"86400\"]")
        .doesNotContain("\"172800\"");
  }

  @Test
  void terraformCarriesTheSameValues() {
    SystemOnboarding system = keys(List.of(), URI.create("https://issuer.example.com/keys"));

    assertThat(OnboardingText.terraform(system, List.of(system)))
        .contains("path                   = \"countersign/prod/fraud/a\"")
        .contains("jwks_url               = \"https://issuer.example.com/keys\"")
        .contains("bound_issuer           = \"" + ISSUER + "\"")
        .contains("name   = \"countersign-grant\"")
        .contains(SUBJECT)
        .doesNotContain("${", "%{");
  }

  private static SystemOnboarding keys(List<String> pem, URI jwks) {
    return of(pem, jwks, SUBJECT, "vault", List.of(List.of("fraud-read")));
  }

  private static SystemOnboarding system(List<StaticSecrets> secrets) {
    return of(
        List.of(),
        URI.create("https://issuer.example.com/keys"),
        SUBJECT,
        "vault",
        List.of(List.of("fraud-read")),
        secrets);
  }

  private static SystemOnboarding system(
      String subject, String audience, List<List<String>> policies) {
    return of(
        List.of(), URI.create("https://issuer.example.com/keys"), subject, audience, policies);
  }

  private static SystemOnboarding of(
      List<String> pem, URI jwks, String subject, String audience, List<List<String>> policies) {
    return of(pem, jwks, subject, audience, policies, List.of());
  }

  private static SystemOnboarding of(
      List<String> pem,
      URI jwks,
      String subject,
      String audience,
      List<List<String>> policies,
      List<StaticSecrets> secrets) {
    return new SystemOnboarding(
        new SystemRef("prod", "fraud"),
        ISSUER,
        pem,
        jwks,
        List.of("ES256"),
        subject,
        audience,
        policies,
        Span.parse("1h"),
        Span.parse("1d"),
        List.of(),
        secrets);
  }

  private static void refuses(ThrowingCallable call) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(call)
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(FailureType.OUTSIDE_POLICY));
  }
}
