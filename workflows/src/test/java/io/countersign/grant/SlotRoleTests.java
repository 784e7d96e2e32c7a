package io.countersign.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.countersign.release.Span;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotRoleTests {
  private static final SystemRef SYSTEM = new SystemRef("prod", "fraud");

  @ParameterizedTest
  @CsvSource({
    "15m, 15m",
    "7m, 6m",
    "17m, 15m",
    "1s, 1s",
    "36h, 1d",
    "31d, 30d",
    "400d, 365d",
    "59m, 50m"
  })
  void aLifetimeIsRoundedDownAndNeverUp(String approved, String given) {
    assertThat(TokenTtl.floor(Span.parse(approved))).isEqualTo(Span.parse(given));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1s", "90s", "7m", "59m", "90m", "25h", "29d", "364d"})
  void whatIsRoundedDownIsAmongWhatTheGateMayWrite(String approved) {
    Span span = Span.parse(approved);

    assertThat(TokenTtl.upTo(span))
        .contains(TokenTtl.floor(span))
        .allMatch(rung -> rung.compareTo(span) <= 0)
        .isSorted();
  }

  @Test
  void aFieldThatNobodyExpectsIsADifference() {
    SlotRole expected = SlotRole.of(spec("15m"));
    TreeMap<String, String> fields = new TreeMap<>(expected.fields());
    fields.put("a_field_of_tomorrow", "true");
    fields.remove("expiration_leeway");

    assertThat(new SlotRole(Slot.A, "1.0", fields).differences(expected))
        .containsExactly("a_field_of_tomorrow", "expiration_leeway");
    assertThat(SlotRole.of(spec("10m")).differences(expected)).containsExactly("token_ttl");
    assertThat(expected.differences(expected)).isEmpty();
  }

  @Test
  void aProbeHasTheIdentityAndNoPolicies() {
    SlotRole probe = SlotRole.probe(Slot.A, "me", "vault");

    assertThat(probe.policies()).isEmpty();
    assertThat(probe.fields())
        .containsEntry("bound_subject", "me")
        .containsEntry("bound_audiences", "vault");
    assertThat(SlotRole.of(spec("15m")).policies()).containsExactly("a-policy", "b-policy");
  }

  @Test
  void aSlotSaysWhyItIsNotTheOneThatWasMeant() {
    SlotRole role = SlotRole.of(spec("15m"));

    assertThat(new Inspection(SYSTEM, Slot.A, List.of(role), 3).conflictWith(role)).isEmpty();
    assertThat(new Inspection(SYSTEM, Slot.A, List.of(), 3).conflictWith(role))
        .contains("holds no role and 3 tokens");
    assertThat(
            new Inspection(SYSTEM, Slot.A, List.of(role, SlotRole.probe(Slot.A, "me", "vault")), 0)
                .conflictWith(role))
        .contains("holds [probe]");
    assertThat(
            new Inspection(SYSTEM, Slot.A, List.of(SlotRole.of(spec("5m"))), 0).conflictWith(role))
        .contains("holds role 1.0 with other [token_ttl]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a/b", "..", "a b", "-a", "a*"})
  void aSystemIsNamedAsReleasesAre(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new SystemRef("prod", name));
    assertThatIllegalArgumentException().isThrownBy(() -> new SystemRef(name, "fraud"));
  }

  private static GrantSpec spec(String ttl) {
    return new GrantSpec(
        SYSTEM.release("1.0"),
        Slot.A,
        "me",
        "vault",
        List.of("b-policy", "a-policy"),
        Span.parse(ttl),
        Span.parse("1d"));
  }
}
