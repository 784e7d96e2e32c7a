package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.SecretText;
import io.countersign.activity.CheckRequest;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import org.junit.jupiter.api.Test;

/**
 * Taking access away is never blocked (I13), also not by somebody who may schedule the gate's
 * activities.
 */
class NobodySilencesANoIT {
  private final Life life = new Life();

  @Test
  void anEntryToldInAdvanceDoesNotStandInTheWayOfARevocation() {
    ReleaseId id = life.live("no-1");
    SecretText token = life.token(id);
    for (GateState next : new GateState[] {GateState.SUSPENDED, GateState.RETIRED}) {
      Rogue.Answer answer =
          life.rogue()
              .schedule(
                  "Tell",
                  new Telling(id, EntryKind.ALARM, "revocation/1/" + next, GateState.LIVE, "x"));
      assertThat(answer.failure()).isEmpty();
    }
    life.takeBack(id);
    life.house.await(id, GateState.SUSPENDED);
    life.assertDead(id, token);
    life.retire(id);
  }

  @Test
  void aCheckRoundBegunByAStrangerDoesNotStandInTheWayOfATakeBack() {
    ReleaseId id = life.live("no-2");
    SecretText token = life.token(id);
    Rogue.Answer answer =
        life.rogue().schedule("mlops.artifact-integrity", new CheckRequest(id, 2));
    assertThat(answer.failure()).isEqualTo(FailureType.NOT_NOW.name());
    life.takeBack(id);
    life.house.await(id, GateState.SUSPENDED);
    life.assertDead(id, token);
    life.retire(id);
  }

  @Test
  void anOrderToRestoreThatIsOlderThanTheSuspensionRestoresNothing() {
    ReleaseId id = life.live("no-3");
    SecretText token = life.token(id);
    String withheld = life.house.order(id, "otto@example.com", OrderKind.RESTORE);
    life.order(id, OrderKind.SUSPEND);
    life.house.await(id, GateState.SUSPENDED);
    life.house.signal(id, "order", withheld);
    GateView view = Gatehouse.await(() -> life.house.view(id), seen -> seen.refusals() > 0);
    assertThat(view.state()).isEqualTo(GateState.SUSPENDED);
    life.assertDead(id, token);
    Rogue.Answer answer = life.rogue().schedule("Grant", new GrantRequest(id, 2, "run"));
    assertThat(answer.result().path("status").asText()).isEqualTo("REFUSED");
    assertThat(answer.result().path("type").asText()).isEqualTo(FailureType.NOT_NOW.name());
    life.order(id, OrderKind.RESTORE);
    life.house.await(id, GateState.LIVE);
    life.retire(id);
  }
}
