package io.countersign.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.DecisionLedger.Decided;
import io.countersign.activities.release.Dossiers;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionTallyTests {
  private final DecisionTally tally = new DecisionTally();

  @Test
  void countsAllowancesOfOneKindAsOne() {
    for (int i = 0; i < 1_000; i++) {
      tally.add(Decisions.allowed());
    }
    JsonNode section = only();
    assertThat(section.path("release").asText()).isEqualTo(Decisions.RELEASE.toString());
    assertThat(section.path("allowed")).hasSize(1);
    JsonNode allowed = section.path("allowed").path(0);
    assertThat(allowed.path("count").asLong()).isEqualTo(1_000);
    assertThat(allowed.path("policy").asText()).isEqualTo(Decisions.POLICY.toString());
    assertThat(allowed.path("tool").asText()).isEqualTo("refund.lookup");
    assertThat(allowed.path("dataClasses").path(0).asText()).isEqualTo("pii");
  }

  @Test
  void keepsDenialsOfOneKindOnceWithTheirNumberAndTheirTimes() {
    tally.add(Decisions.denied("a"));
    tally.add(Decisions.denied("a"));
    tally.add(Decisions.denied("b"));
    JsonNode denied = only().path("denied");
    assertThat(denied).hasSize(2);
    assertThat(denied)
        .extracting(one -> one.path("count").asLong())
        .containsExactlyInAnyOrder(2L, 1L);
    assertThat(denied.path(0).path("first").asText()).isEqualTo(Decisions.AT.toString());
  }

  @Test
  void aFloodOfDifferentDenialsIsCountedAndNotKept() {
    for (int i = 0; i < 5_000; i++) {
      tally.add(Decisions.denied("tool-" + i));
    }
    tally.add(Decisions.allowed());
    JsonNode section = only();
    assertThat(section.path("denied")).hasSize(500);
    assertThat(section.path("more").path("denied").asLong()).isEqualTo(4_500);
    assertThat(section.path("more").path("allowed").asLong()).isEqualTo(1);
    assertThat(tally.denied()).isEqualTo(5_000);
    assertThat(tally.sections().get(0).text().length()).isLessThan(256 * 1024);
  }

  @Test
  void keepsWhatHasNoReleaseApart() {
    tally.add(Decisions.allowed());
    tally.add(
        new Decided(
            Decisions.AT,
            false,
            "NOT_LIVE",
            null,
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            0));
    assertThat(tally.sections()).hasSize(2);
    assertThat(tally.sections()).filteredOn(one -> !one.text().contains("\"release\"")).hasSize(1);
  }

  @Test
  void addsUpWhatTwoIntervalsCounted() {
    tally.add(Decisions.allowed());
    DecisionTally later = new DecisionTally();
    later.add(Decisions.allowed());
    later.add(Decisions.denied("a"));
    DecisionTally both = tally.with(later);
    assertThat(both.allowed()).isEqualTo(2);
    assertThat(both.denied()).isEqualTo(1);
    assertThat(only().path("allowed").path(0).path("count").asLong()).isEqualTo(2);
  }

  private JsonNode only() {
    assertThat(tally.sections()).hasSize(1);
    return Dossiers.json(tally.sections().get(0));
  }
}
