package io.countersign.activities.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.report.Standards.Framework;
import io.countersign.activities.report.Standards.Item;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.JsonDocument;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandardsTests {
  private static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.1");

  private static Entry entry(long seq, EntryKind kind, String key, String body) {
    return new Entry(
        RELEASE,
        seq,
        Instant.EPOCH,
        kind,
        "gate",
        new EntryKey(key),
        new JsonDocument(body),
        EntryHash.NONE,
        EntryHash.NONE);
  }

  private static List<String> ids(int framework) {
    return Standards.table().frameworks().get(framework).items().stream().map(Item::id).toList();
  }

  @Test
  void theTableHoldsTheseItemsAndNoOthers() {
    assertThat(Standards.table().frameworks())
        .extracting(Framework::name)
        .containsExactly(
            "OWASP Non-Human Identities Top 10, 2025",
            "CSA MAESTRO v1, layers",
            "NIST AI RMF 1.0",
            "NIST CSF 2.0");
    assertThat(ids(0)).hasSize(10).startsWith("NHI1:2025").endsWith("NHI10:2025");
    assertThat(Standards.table().frameworks().get(0).items())
        .extracting(Item::title)
        .containsExactly(
            "Improper Offboarding",
            "Secret Leakage",
            "Vulnerable Third-Party NHI",
            "Insecure Authentication",
            "Overprivileged NHI",
            "Insecure Cloud Deployment Configurations",
            "Long-Lived Secrets",
            "Environment Isolation",
            "NHI Reuse",
            "Human Use of NHI");
    assertThat(ids(1)).hasSize(7);
    assertThat(ids(2))
        .containsExactly(
            "GOVERN 1.3",
            "GOVERN 1.6",
            "GOVERN 1.7",
            "GOVERN 2.1",
            "GOVERN 2.3",
            "GOVERN 4.2",
            "GOVERN 6.1",
            "GOVERN 6.2",
            "MAP 1.1",
            "MAP 1.5",
            "MAP 3.3",
            "MAP 3.5",
            "MAP 4.1",
            "MAP 4.2",
            "MAP 5.1",
            "MANAGE 1.1",
            "MANAGE 1.4",
            "MANAGE 2.4",
            "MANAGE 4.1");
    assertThat(ids(3))
        .containsExactly(
            "GV.RR-02",
            "GV.SC-07",
            "ID.RA-09",
            "PR.AA-01",
            "PR.AA-02",
            "PR.AA-03",
            "PR.AA-04",
            "PR.AA-05",
            "PR.PS-04",
            "DE.CM-09",
            "RS.AN-06",
            "RS.MI-01",
            "RC.RP-05");
  }

  @Test
  void anEmptyRecordShowsNothing() {
    assertThat(Standards.covered(List.of()))
        .allSatisfy(framework -> assertThat(framework.shown()).isZero());
  }

  @Test
  void aSelectorNamesTheEntriesThatSayItAndNoOthers() {
    List<Entry> entries =
        List.of(
            entry(1, EntryKind.SUBMITTED, "submitted", "{\"submitter\": \"a\"}"),
            entry(2, EntryKind.CHECK, "check/1/security.scope-review", "{}"),
            entry(3, EntryKind.CHECK, "check/1/mlops.scope-review", "{}"),
            entry(4, EntryKind.SIGN_OFF, "s1", "{\"function\":\"risk\",\"decision\":\"waive\"}"),
            entry(5, EntryKind.SIGN_OFF, "s2", "{\"function\":\"mlops\",\"decision\":\"approve\"}"),
            entry(6, EntryKind.GRANT, "g1", "{}"),
            entry(7, EntryKind.GRANT, "g2", "{}"),
            entry(8, EntryKind.ORDER, "o1", "{\"order\":\"rollback\"}"));

    assertThat(new Selector("*").seqs(entries)).hasSize(8);
    assertThat(new Selector("SUBMITTED/ci").seqs(entries)).isEmpty();
    assertThat(new Selector("CHECK/security.scope-review").seqs(entries)).containsExactly(2L);
    assertThat(new Selector("SIGN_OFF/risk").seqs(entries)).containsExactly(4L);
    assertThat(new Selector("SIGN_OFF/waive").seqs(entries)).containsExactly(4L);
    assertThat(new Selector("GRANT/again").seqs(entries)).containsExactly(7L);
    assertThat(new Selector("ORDER/rollback").seqs(entries)).containsExactly(8L);
    assertThat(new Selector("DRIFT").seqs(entries)).isEmpty();
    assertThatThrownBy(() -> new Selector("APPROVED")).isInstanceOf(RuntimeException.class);
  }
}
