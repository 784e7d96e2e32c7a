package io.countersign.policy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.countersign.signoff.OrderKind;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code approvers.yaml} says. Refused: an empty list, one id or one key listed twice: a key
 * must name exactly one person, or one person could speak as two.
 */
@JsonIgnoreProperties({"apiVersion", "kind"})
public record Approvers(List<Person> people) {
  public Approvers {
    people = List.copyOf(people);
    if (people.isEmpty()) {
      throw new IllegalArgumentException("approvers: people must not be empty");
    }
    if (people.stream().map(p -> p.id().toLowerCase(Locale.ROOT)).distinct().count()
        != people.size()) {
      throw new IllegalArgumentException(
          "approvers: people: an id is listed twice (letter case aside)");
    }
    List<String> keys =
        people.stream().flatMap(p -> p.keys().stream()).map(PersonKey::keyId).toList();
    if (keys.stream().distinct().count() != keys.size()) {
      throw new IllegalArgumentException("approvers: people: a key is listed twice");
    }
  }

  public Optional<Person> person(String id) {
    return people.stream().filter(person -> person.id().equals(id)).findFirst();
  }

  public Optional<Person> personOfKey(String keyId) {
    return people.stream().filter(person -> person.key(keyId).isPresent()).findFirst();
  }

  /**
   * @param functions what the person signs off for; may be empty for an operator or submitter
   * @param orders the orders that the person may give; a take-back of one's own sign-off needs none
   * @param submit whether the person may submit releases
   * @param withdrawnAt from then on nothing that the person signed counts, whenever it was signed
   * @param read whether the person may read releases and their evidence without any other right, as
   *     an auditor does
   */
  public record Person(
      String id,
      List<GateFunction> functions,
      List<OrderKind> orders,
      @Nullable Boolean submit,
      List<PersonKey> keys,
      @Nullable Instant validFrom,
      @Nullable Instant validUntil,
      @Nullable Instant withdrawnAt,
      @Nullable Boolean read) {
    public Person {
      functions = functions == null ? List.of() : List.copyOf(functions);
      orders = orders == null ? List.of() : List.copyOf(orders);
      submit = submit != null && submit;
      read = read != null && read;
      keys = List.copyOf(keys);
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("approvers: '" + id + "': keys must not be empty");
      }
    }

    public Optional<PersonKey> key(String keyId) {
      return keys.stream().filter(key -> key.keyId().equals(keyId)).findFirst();
    }

    /** Whether the person may read: by the right of its own, or by any other. */
    public boolean mayRead() {
      return Boolean.TRUE.equals(read)
          || Boolean.TRUE.equals(submit)
          || !functions.isEmpty()
          || !orders.isEmpty();
    }

    /** Whether the person's rights hold at this time. */
    public boolean validAt(Instant at) {
      return (validFrom == null || !at.isBefore(validFrom))
          && (validUntil == null || at.isBefore(validUntil))
          && (withdrawnAt == null || at.isBefore(withdrawnAt));
    }
  }

  /**
   * @param keyId fingerprint, computed by the reader of the file from the public key
   * @param revokedAt from then on nothing that the key signed counts, whenever it was signed
   */
  public record PersonKey(
      String keyId,
      String publicKey,
      @Nullable Instant notBefore,
      @Nullable Instant notAfter,
      @Nullable Instant revokedAt) {

    public boolean revokedAt(Instant at) {
      return revokedAt != null && !at.isBefore(revokedAt);
    }

    /** Whether a statement issued at this time falls into the key's validity. */
    public boolean validAt(Instant issued) {
      return (notBefore == null || !issued.isBefore(notBefore))
          && (notAfter == null || issued.isBefore(notAfter));
    }
  }
}
