package io.countersign.activities.evidence;

import static io.countersign.activities.evidence.EvidenceScene.NOW;
import static io.countersign.activities.evidence.EvidenceScene.RELEASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.TimeStampAuthority.TimeStamp;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import io.countersign.record.Seal;
import io.countersign.release.Digest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is stamped, and how a seal leads to the one that was. */
class StampingTests {
  private final EvidenceScene scene = new EvidenceScene();
  private final List<Digest> asked = new ArrayList<>();
  private boolean away;
  private final Stamping stamping =
      new Stamping(
          scene.record.evidence(),
          scene.gate,
          imprint -> {
            if (away) {
              throw new GateException(FailureType.TIME_STAMP_UNAVAILABLE, "away");
            }
            asked.add(imprint);
            return new TimeStamp(new byte[] {1}, NOW);
          });

  @Test
  void stampsTheLastSealAndEveryStatementOfAPerson() {
    scene.live();
    scene.bundle();
    assertThat(stamping.stamp()).isEqualTo(2);
    List<JsonNode> stamps = stamps();
    Seal seal = scene.record.evidence().newest().orElseThrow();
    assertThat(stamps).hasSize(2);
    assertThat(stamps.get(0).at("/subject/0/name").asText()).startsWith("statement/");
    assertThat(stamps.get(1).at("/subject/0/name").asText()).isEqualTo("seal/1");
    assertThat(stamps.get(1).at("/subject/0/digest/sha256").asText()).isEqualTo(seal.hash().hex());
    assertThat(stamps.get(1).at("/predicate/path")).isEmpty();
    assertThat(asked).contains(seal.hash());
    assertThat(stamping.stamp()).isZero();
    scene.requireSigned(scene.bundle());
  }

  @Test
  void oneTokenAnchorsEverySealBeforeIt() {
    for (int i = 0; i < 3; i++) {
      scene.tell(EntryKind.STATE, "state/" + i, body -> body.put("state", "CHECKING"));
      scene.sealing.seal(RELEASE);
    }
    stamping.stamp();
    Seal last = scene.record.evidence().newest().orElseThrow();
    assertThat(asked).containsExactly(last.hash());
    List<JsonNode> stamps = stamps();
    assertThat(stamps)
        .extracting(stamp -> stamp.at("/predicate/path").size())
        .containsExactly(2, 1, 0);
    assertThat(stamps)
        .allSatisfy(
            stamp ->
                assertThat(stamp.at("/subject/0/digest/sha256").asText())
                    .isEqualTo(last.hash().hex()));
    assertThat(stamps.get(0).at("/predicate/path/1/hash").asText()).isEqualTo(last.hash().hex());
    assertThat(stamps.get(0).at("/predicate/path/0/number").asInt()).isEqualTo(2);
  }

  @Test
  void whatCouldNotBeStampedIsStampedLater() {
    scene.live();
    scene.bundle();
    away = true;
    assertThatExceptionOfType(GateException.class).isThrownBy(stamping::stamp);
    assertThat(stamps()).isEmpty();
    away = false;
    assertThat(stamping.stamp()).isEqualTo(2);
    assertThat(stamps()).hasSize(2);
  }

  private List<JsonNode> stamps() {
    return EvidenceScene.statements(scene.bundle()).stream()
        .filter(line -> line.path("predicateType").asText().contains("/time-stamp/"))
        .toList();
  }
}
