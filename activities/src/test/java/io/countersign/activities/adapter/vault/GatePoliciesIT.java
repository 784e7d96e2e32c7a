package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.release.Span;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Vault refuses the gate itself, whatever the gate is made to ask for. */
@TestInstance(Lifecycle.PER_CLASS)
class GatePoliciesIT {
  private static final int DENIED = 403;

  private VaultFixture vault;
  private SystemRef system;
  private String mount;
  private String grant;
  private String watch;

  protected Optional<Path> binary() {
    return EngineBinaries.ofThisProcess().openBao();
  }

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(binary());
    system = vault.onboard("fraud");
    mount = "auth/" + system.mount(Slot.A);
    vault.write("sys/auth/countersign/test/stranger/a", Map.of("type", "jwt"));
    grant = vault.token(GatePolicies.GRANT).reveal();
    watch = vault.token(GatePolicies.WATCH).reveal();
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  @Test
  void theApprovedShapesAreWritten() {
    assertThat(vault.status("POST", mount + "/role/1.0", grant, role())).isEqualTo(204);
    assertThat(
            vault.status(
                "POST",
                mount + "/role/1.0",
                grant,
                with("token_policies", "fraud-read,fraud-tools")))
        .isEqualTo(204);
    assertThat(vault.status("POST", mount + "/role/" + SlotRole.PROBE, grant, probe()))
        .isEqualTo(204);
    assertThat(vault.status("DELETE", mount + "/role/1.0", grant, null)).isEqualTo(204);
    assertThat(vault.status("DELETE", mount + "/role/" + SlotRole.PROBE, grant, null))
        .isEqualTo(204);
    assertThat(
            vault.status(
                "POST",
                "sys/leases/revoke-prefix/" + mount + "/login",
                grant,
                Map.of("sync", true)))
        .isEqualTo(204);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("excesses")
  void aRoleOfAnotherShapeIsRefused(String parameter, Object value) {
    assertThat(vault.status("POST", mount + "/role/1.0", grant, with(parameter, value)))
        .isEqualTo(DENIED);
    assertThat(vault.broker().list(system)).isEmpty();
  }

  static Stream<Arguments> excesses() {
    return Stream.of(
        Arguments.of("bound_subject", "spiffe://prod.example.com/other"),
        Arguments.of("bound_subject", ""),
        Arguments.of("bound_audiences", "other"),
        Arguments.of("bound_audiences", "vault,other"),
        Arguments.of("bound_audiences", List.of("vault", "other")),
        Arguments.of("token_policies", "root"),
        Arguments.of("token_policies", "fraud-read,root"),
        Arguments.of("token_policies", "fraud-tools"),
        Arguments.of("token_policies", List.of("fraud-read", "root")),
        Arguments.of("policies", "root"),
        Arguments.of("Token_Policies", "root"),
        Arguments.of("token_ttl", "7200"),
        Arguments.of("token_ttl", "0"),
        Arguments.of("token_explicit_max_ttl", "172800"),
        Arguments.of("token_explicit_max_ttl", "0"),
        Arguments.of("token_max_ttl", "999999"),
        Arguments.of("ttl", "999999"),
        Arguments.of("max_ttl", "999999"),
        Arguments.of("token_period", "60"),
        Arguments.of("period", "60"),
        Arguments.of("token_type", "batch"),
        Arguments.of("token_type", "default"),
        Arguments.of("token_no_default_policy", "false"),
        Arguments.of("token_num_uses", "1"),
        Arguments.of("token_bound_cidrs", "0.0.0.0/0"),
        Arguments.of("token_strictly_bind_ip", "true"),
        Arguments.of("token_policies_template_claims", "true"),
        Arguments.of("role_type", "oidc"),
        Arguments.of("user_claim", "aud"),
        Arguments.of("user_claim_json_pointer", "true"),
        Arguments.of("groups_claim", "groups"),
        Arguments.of("claim_mappings", Map.of("sub", "policy")),
        Arguments.of("bound_claims", Map.of("sub", "*")),
        Arguments.of("bound_claims_type", "glob"),
        Arguments.of("clock_skew_leeway", "3600"),
        Arguments.of("expiration_leeway", "999999"),
        Arguments.of("not_before_leeway", "999999"),
        Arguments.of("allowed_redirect_uris", "https://example.com"),
        Arguments.of("verbose_oidc_logging", "true"));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void aRoleThatLeavesAParameterToADefaultIsRefused(String parameter) {
    Map<String, Object> role = role();
    role.remove(parameter);

    assertThat(vault.status("POST", mount + "/role/1.0", grant, role)).isEqualTo(DENIED);
  }

  static Stream<String> parameters() {
    return role().keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("probePolicies")
  void aProbeThatNamesPoliciesIsRefused(String parameter, String policies) {
    Map<String, Object> probe = probe();
    probe.put(parameter, policies);

    assertThat(vault.status("POST", mount + "/role/" + SlotRole.PROBE, grant, probe))
        .isEqualTo(DENIED);
  }

  static Stream<Arguments> probePolicies() {
    return Stream.of(
        Arguments.of("token_policies", "fraud-read"),
        Arguments.of("token_policies", "root"),
        Arguments.of("policies", "fraud-read"),
        Arguments.of("token_policies", ""));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("otherPlaces")
  void theGrantIdentityHasNoOtherPower(String method, String path, Map<String, Object> body) {
    assertThat(vault.status(method, path, grant, body)).isEqualTo(DENIED);
  }

  static Stream<Arguments> otherPlaces() {
    String own = "auth/countersign/test/fraud/a";
    Map<String, Object> none = Map.of();
    return Stream.of(
        Arguments.of("POST", own + "/config", Map.of("bound_issuer", "evil")),
        Arguments.of("GET", own + "/config", none),
        Arguments.of(
            "POST", own + "/cel/role/1.0", Map.of("cel_program", Map.of("expression", "true"))),
        Arguments.of("POST", own + "/role/deep/1.0", role()),
        Arguments.of(
            "POST", "sys/auth/" + own.substring(5) + "/tune", Map.of("max_lease_ttl", "9999h")),
        Arguments.of("POST", "auth/countersign/test/stranger/a/role/1.0", role()),
        Arguments.of("DELETE", "auth/countersign/test/stranger/a/role/1.0", none),
        Arguments.of(
            "POST", "sys/leases/revoke-prefix/auth/countersign/test/stranger/a/login", none),
        Arguments.of("POST", "sys/leases/revoke-prefix/auth/countersign/test/fraud/a", none),
        Arguments.of("POST", "sys/leases/revoke-prefix/auth/countersign/test", none),
        Arguments.of("POST", "sys/leases/revoke-prefix/auth", none),
        Arguments.of("POST", "sys/leases/revoke-force/" + own + "/login", none),
        Arguments.of("POST", "sys/auth/countersign/test/new/a", Map.of("type", "jwt")),
        Arguments.of("DELETE", "sys/auth/" + own.substring(5), none),
        Arguments.of("POST", "sys/mounts/new", Map.of("type", "kv")),
        Arguments.of("GET", "secret/data/fraud", none),
        Arguments.of("POST", "secret/data/fraud", Map.of("data", Map.of("k", "v"))),
        Arguments.of("GET", "sys/policies/acl/fraud-read", none),
        Arguments.of("POST", "sys/policies/acl/fraud-read", Map.of("policy", "")),
        Arguments.of("POST", "sys/policies/acl/countersign-grant", Map.of("policy", "")),
        Arguments.of("POST", "auth/token/create", none),
        Arguments.of("POST", "auth/token/create-orphan", Map.of("policies", List.of("root"))),
        Arguments.of("POST", "identity/entity", Map.of("name", "x", "policies", List.of("root"))),
        Arguments.of("POST", "transit/keys/countersign-gate/rotate", none),
        Arguments.of("GET", "transit/export/signing-key/countersign-gate", none),
        Arguments.of("POST", "transit/sign/other", Map.of("input", "eA==")),
        Arguments.of("POST", "sys/seal", none));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("watchWrites")
  void theWatchIdentityChangesNothing(String method, String path, Map<String, Object> body) {
    assertThat(vault.status(method, path, watch, body)).isEqualTo(DENIED);
  }

  static Stream<Arguments> watchWrites() {
    return Stream.concat(
        otherPlaces().filter(place -> !reads(place)),
        Stream.of(
            Arguments.of("POST", "auth/countersign/test/fraud/a/role/1.0", role()),
            Arguments.of("POST", "auth/countersign/test/fraud/a/role/probe", probe()),
            Arguments.of("DELETE", "auth/countersign/test/fraud/a/role/1.0", Map.of()),
            Arguments.of(
                "POST", "sys/leases/revoke-prefix/auth/countersign/test/fraud/a/login", Map.of()),
            Arguments.of("POST", "transit/sign/countersign-gate", Map.of("input", "eA==")),
            Arguments.of("GET", "secret/data/fraud", Map.of()),
            Arguments.of("GET", "sys/policies/acl/countersign-grant", Map.of())));
  }

  private static boolean reads(Arguments place) {
    return "GET".equals(place.get()[0]);
  }

  @Test
  void theOtherSlotOfAnotherSystemIsOutOfReachWhileItsOwnAreNot() {
    SystemRef second = vault.onboard("second");
    String both = vault.token(GatePolicies.GRANT).reveal();

    assertThat(vault.status("POST", "auth/" + second.mount(Slot.B) + "/role/1.0", both, role()))
        .isEqualTo(204);
    assertThat(vault.status("DELETE", "auth/" + second.mount(Slot.B) + "/role/1.0", both, null))
        .isEqualTo(204);
  }

  private static Map<String, Object> with(String parameter, Object value) {
    Map<String, Object> role = role();
    role.put(parameter, value);
    return role;
  }

  private static Map<String, Object> role() {
    GrantSpec spec =
        new GrantSpec(
            new SystemRef("test", "fraud").release("1.0"),
            Slot.A,
            VaultFixture.SUBJECT,
            VaultFixture.AUDIENCE,
            List.of(VaultFixture.POLICY),
            Span.parse("15m"),
            Span.parse("1d"));
    return new HashMap<>(SlotRole.of(spec).fields());
  }

  private static Map<String, Object> probe() {
    return new HashMap<>(
        SlotRole.probe(Slot.A, VaultFixture.SUBJECT, VaultFixture.AUDIENCE).fields());
  }
}
