package io.countersign.activities.signoff;

import io.countersign.failure.FailureType;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.signoff.Order;
import io.countersign.signoff.OrderKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether whoever signed an order may give it. Pure, so that an auditor can ask the same again. */
public final class OrderRights {
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  private OrderRights() {}

  /**
   * Why not, or nothing when they may.
   *
   * @param submitter who submitted the release; may always withdraw it
   * @param at the time of the question
   */
  public static Optional<FailureType> objection(
      Order order, Approvers approvers, String submitter, Instant at) {
    Optional<Person> listed = approvers.person(order.person());
    if (listed.isEmpty()) {
      return Optional.of(FailureType.UNKNOWN_PERSON);
    }
    Person person = listed.get();
    Optional<PersonKey> key = person.key(order.keyId());
    if (key.isEmpty()) {
      return Optional.of(FailureType.UNKNOWN_KEY);
    }
    if (key.get().revokedAt(at)) {
      return Optional.of(FailureType.KEY_REVOKED);
    }
    if (!key.get().validAt(order.issuedAt())) {
      return Optional.of(FailureType.KEY_NOT_VALID);
    }
    if (!person.validAt(at)) {
      return Optional.of(FailureType.PERSON_NOT_VALID);
    }
    if (order.issuedAt().isAfter(at.plus(CLOCK_SKEW))) {
      return Optional.of(FailureType.NOT_YET_VALID);
    }
    if (!at.isBefore(order.expiresAt())) {
      return Optional.of(FailureType.EXPIRED);
    }
    return mayGive(person, order, submitter)
        ? Optional.empty()
        : Optional.of(FailureType.NOT_ALLOWED);
  }

  private static boolean mayGive(Person person, Order order, String submitter) {
    return person.orders().contains(order.kind())
        || (order.kind() == OrderKind.WITHDRAW && person.id().equals(submitter));
  }
}
