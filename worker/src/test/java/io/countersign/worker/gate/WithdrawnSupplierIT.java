package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A live release loses its credential when two owners withdraw a supplier that it depends on. */
class WithdrawnSupplierIT {
  private static final String SUPPLIER =
      "    endpoints: [api.payments.example.com]\n    dataClasses: [pii, financial]\n";
  private static final String WITHDRAWN =
      "    withdrawn: {since: 2026-01-01T00:00:00Z, reason: It lost data.}\n";

  private final Life life = new Life();
  private final Gatehouse house = life.house;

  @Test
  void aSupplierThatIsWithdrawnSuspendsALiveReleaseUntilItIsBack() throws IOException {
    ReleaseId id = life.live("supplier-1");
    SecretText token = life.token(id);
    Path file = house.example.directory().resolve("gate.yaml");
    String text = Files.readString(file);
    try {
      assertThat(text).contains(SUPPLIER);
      Files.writeString(file, text.replace(SUPPLIER, SUPPLIER + WITHDRAWN));
      GateView alarmed = Gatehouse.await(() -> house.view(id), seen -> seen.trouble() != null);
      assertThat(alarmed.state()).as("what nobody signed is no rule").isEqualTo(GateState.LIVE);
      house.example.endorse();
      GateView view = house.await(id, GateState.SUSPENDED);
      assertThat(view.reasonType()).isEqualTo(FailureType.SUPPLIER_WITHDRAWN);
      assertThat(view.reason()).endsWith("is withdrawn: It lost data.");
      life.assertDead(id, token);
      assertThat(life.entries(id)).contains("DRIFT", "REVOCATION_PROVED");

      life.order(id, OrderKind.RESTORE);
      Gatehouse.await(() -> house.view(id), seen -> seen.refusals() == 1);
      assertThat(life.login(id)).isEmpty();
    } finally {
      Files.writeString(file, text);
      house.example.endorse();
    }
    life.order(id, OrderKind.RESTORE);
    house.await(id, GateState.LIVE);
    life.token(id);
    life.retire(id);
  }
}
