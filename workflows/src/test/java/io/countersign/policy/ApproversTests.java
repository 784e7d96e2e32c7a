package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.signoff.OrderKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApproversTests {
  private static final Instant NOON = Instant.parse("2026-11-10T12:00:00Z");

  private static PersonKey key(String id) {
    return new PersonKey(id, "PEM", null, null, null);
  }

  private static Person person(String id, String... keys) {
    return new Person(
        id,
        List.of(GateFunction.RISK),
        List.of(),
        false,
        List.of(keys).stream().map(ApproversTests::key).toList(),
        null,
        null,
        null,
        null);
  }

  @Test
  void aListOfNobodyIsRefused() {
    assertThatThrownBy(() -> new Approvers(List.of())).hasMessageContaining("must not be empty");
  }

  @Test
  void aPersonWithoutAKeyIsRefused() {
    assertThatThrownBy(() -> person("a")).hasMessageContaining("keys must not be empty");
  }

  @Test
  void onePersonUnderTwoNamesOrKeysIsRefused() {
    assertThatThrownBy(
            () ->
                new Approvers(List.of(person("a@example.com", "1"), person("A@example.com", "2"))))
        .hasMessageContaining("an id is listed twice");
    assertThatThrownBy(() -> new Approvers(List.of(person("a", "1"), person("b", "1"))))
        .hasMessageContaining("a key is listed twice");
    assertThatThrownBy(() -> new Approvers(List.of(person("a", "1", "1"))))
        .hasMessageContaining("a key is listed twice");
  }

  @Test
  void aKeyNamesItsPerson() {
    Approvers approvers = new Approvers(List.of(person("a", "1", "2"), person("b", "3")));
    assertThat(approvers.personOfKey("2")).map(Person::id).contains("a");
    assertThat(approvers.personOfKey("4")).isEmpty();
    assertThat(approvers.person("A")).isEmpty();
  }

  @Test
  void rightsBeginAndEndAtTheirInstants() {
    Person person =
        new Person(
            "a",
            List.of(),
            List.of(),
            false,
            List.of(key("1")),
            NOON,
            NOON.plusSeconds(10),
            NOON.plusSeconds(5),
            null);
    assertThat(person.validAt(NOON.minusMillis(1))).isFalse();
    assertThat(person.validAt(NOON)).isTrue();
    assertThat(person.validAt(NOON.plusSeconds(5))).isFalse();
    PersonKey key = new PersonKey("1", "PEM", NOON, NOON.plusSeconds(10), NOON.plusSeconds(5));
    assertThat(key.validAt(NOON.minusMillis(1))).isFalse();
    assertThat(key.validAt(NOON)).isTrue();
    assertThat(key.validAt(NOON.plusSeconds(10))).isFalse();
    assertThat(key.revokedAt(NOON.plusMillis(4_999))).isFalse();
    assertThat(key.revokedAt(NOON.plusSeconds(5))).isTrue();
  }

  @Test
  void whoeverHasAnyRightMayReadAndNobodyElse() {
    assertThat(reader(List.of(), List.of(), null, true).mayRead()).isTrue();
    assertThat(reader(List.of(GateFunction.RISK), List.of(), null, null).mayRead()).isTrue();
    assertThat(reader(List.of(), List.of(OrderKind.ROLLBACK), null, null).mayRead()).isTrue();
    assertThat(reader(List.of(), List.of(), true, false).mayRead()).isTrue();
    assertThat(reader(List.of(), List.of(), null, null).mayRead()).isFalse();
    assertThat(reader(List.of(), List.of(), false, false).mayRead()).isFalse();
  }

  private static Person reader(
      List<GateFunction> functions, List<OrderKind> orders, Boolean submit, Boolean read) {
    return new Person("a", functions, orders, submit, List.of(key("1")), null, null, null, read);
  }
}
