package io.countersign.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ManifestTests {
  private static final String MANIFEST =
      """
      {
        "apiVersion": "countersign.io/v1",
        "kind": "Release",
        "metadata": {"system": "scorer", "version": "1.10", "environment": "production",
          "owner": "o@example.com", "contributors": ["zoe@example.com"]},
        "subjects": {
          "model": {"uri": "model/", "contributors": ["amy@example.com", "zoe@example.com"]},
          "dataset": {"uri": "data/"}, "prompts": {"uri": "prompts/"}, "policy": {"uri": "policy/"}},
        "workload": {"identity": "spiffe://x", "image": "i@sha256:0", "issuer": "cluster"},
        "access": {"policies": ["b", "a", "a"], "tools": [{"name": "t", "permissions": ["w", "r"]}],
          "tokenTtl": "15m", "validity": "30d"},
        "profile": {"exposure": "internal", "autonomy": "agentic", "dataClasses": ["pii"],
          "intendedUse": "u", "impact": "i"}
      }
      """;

  private static Manifest read() throws Exception {
    return new ObjectMapper().readValue(MANIFEST, Manifest.class);
  }

  @Test
  void namesItsReleaseWithTheVersionAsItWasWritten() throws Exception {
    assertThat(read().id()).hasToString("production/scorer/1.10");
  }

  @Test
  void namesEverybodyWhoMadeAPartOnce() throws Exception {
    assertThat(read().contributors()).containsExactly("amy@example.com", "zoe@example.com");
  }

  @Test
  void asksForEachPolicyOnce() throws Exception {
    assertThat(read().access().policies()).containsExactly("a", "b");
  }

  @Test
  void readsWhatIsLeftOutAsNothing() throws Exception {
    assertThat(read().dependencies()).isEmpty();
    assertThat(read().evidence().documents()).isEmpty();
    assertThat(read().rollback()).isNull();
  }
}
