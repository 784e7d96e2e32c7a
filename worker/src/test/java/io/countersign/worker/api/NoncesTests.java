package io.countersign.worker.api;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NoncesTests {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant END = NOW.plusSeconds(120);

  private final Nonces nonces = new Nonces(3);

  @Test
  void takesANonceOnceAndAnotherPersonsBesideIt() {
    nonces.use("ann", "1", END, NOW);
    nonces.use("bob", "1", END, NOW);
    refused(FailureType.REPLAYED, () -> nonces.use("ann", "1", END, NOW));
    refused(FailureType.REPLAYED, () -> nonces.use("ann", "1", END.plusSeconds(60), NOW));
  }

  @Test
  void forgetsNothingThatIsStillGoodAlsoWhenItIsFull() {
    for (String nonce : new String[] {"1", "2", "3"}) {
      nonces.use("ann", nonce, END, NOW);
    }
    refused(FailureType.NOT_NOW, () -> nonces.use("ann", "4", END, NOW));
    refused(FailureType.NOT_NOW, () -> nonces.use("ann", "1", END, END.minusMillis(1)));
    assertThatCode(() -> nonces.use("ann", "4", END.plusSeconds(60), END))
        .doesNotThrowAnyException();
  }

  private static void refused(FailureType type, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(GateException.class)
        .hasMessageStartingWith(type.name() + ":");
  }
}
