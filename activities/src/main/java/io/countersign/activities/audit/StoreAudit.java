package io.countersign.activities.audit;

import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.ReleaseQuery;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.ListedRelease;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.Seal;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a whole store through its ports, whoever wrote to it and however: the chain of seals
 * over all releases, every release's entries and seals, and the stored lines of every bundle with
 * the documents that they hold, and the chains of decision nodes beside them. Reads only. What is
 * not sealed or not written yet is counted; it is the background's work.
 */
public final class StoreAudit {
  private static final int PAGE = 1_000;
  private static final int MOST = 1_000;

  private final ReleaseRecord record;
  private final AuditTools tools;
  private final List<ReleaseFinding> findings = new ArrayList<>();
  private long releases;
  private long entries;
  private long seals;
  private long pending;
  private final NodeRules rules;
  private final NodeChains nodes;

  /**
   * Something that is wrong in one release, or in the chain of seals over all.
   *
   * @param release null for the chain over all
   */
  public record ReleaseFinding(@Nullable ReleaseId release, Finding finding) {
    @Override
    public String toString() {
      return (release == null ? "all releases" : release.toString()) + ": " + finding;
    }
  }

  /**
   * What the audit found.
   *
   * @param pending entries without a seal, seals without lines and batches that are not folded
   * @param batches of decision nodes
   * @param vouched batches whose key only the gate says is a node's: the rules that named it are
   *     not in the record
   */
  public record Report(
      long releases,
      long entries,
      long seals,
      long pending,
      long batches,
      long vouched,
      List<ReleaseFinding> findings) {
    public Report {
      findings = List.copyOf(findings);
    }

    public boolean verified() {
      return findings.isEmpty();
    }
  }

  private StoreAudit(ReleaseRecord record, AuditTools tools) {
    this.record = record;
    this.tools = tools;
    this.rules = new NodeRules(record, tools);
    this.nodes = new NodeChains(record, tools, rules, this::find);
  }

  /** Reads everything; DATABASE_UNAVAILABLE when the store goes away meanwhile. */
  public static Report audit(ReleaseRecord record, AuditTools tools) {
    StoreAudit audit = new StoreAudit(record, tools);
    long linked = audit.chain();
    audit.each();
    if (audit.seals != linked) {
      audit.find(
          null,
          Flaw.MISSING_LINE,
          0,
          "the chain has " + linked + " seals, the releases that are known have " + audit.seals);
    }
    audit.nodes.audit();
    return new Report(
        audit.releases,
        audit.entries,
        audit.seals,
        audit.pending + audit.nodes.waiting(),
        audit.nodes.batches(),
        audit.nodes.vouched(),
        audit.findings);
  }

  private void find(@Nullable ReleaseId release, Flaw flaw, long seq, String detail) {
    find(release, new Finding(flaw, 0, seq, detail));
  }

  private void find(@Nullable ReleaseId release, Finding finding) {
    if (findings.size() < MOST) {
      findings.add(new ReleaseFinding(release, finding));
    }
  }

  /** Answers the number of the last link. */
  private long chain() {
    try {
      return links();
    } catch (IllegalArgumentException unreadable) {
      find(null, Flaw.UNREADABLE, 0, "a seal cannot be read: " + unreadable.getMessage());
      return 0;
    }
  }

  private long links() {
    Digest previous = EntryHash.NONE;
    long number = 0;
    List<Seal> page = record.evidence().path(0, Long.MAX_VALUE);
    while (!page.isEmpty()) {
      for (Seal seal : page) {
        if (seal.number() != number + 1 || !seal.previous().equals(previous) || !seal.holds()) {
          find(null, Flaw.BROKEN_CHAIN, 0, "the chain of seals breaks at seal " + seal.number());
        }
        number = seal.number();
        previous = seal.hash();
      }
      page = record.evidence().path(number, Long.MAX_VALUE);
    }
    return number;
  }

  private void each() {
    ReleaseQuery query = ReleaseQuery.all(ReleaseQuery.MOST);
    List<ListedRelease> page = record.listing().list(query);
    while (!page.isEmpty()) {
      for (ListedRelease listed : page) {
        releases++;
        release(listed.release());
      }
      query = query.after(page.get(page.size() - 1).release());
      page = record.listing().list(query);
    }
  }

  private void release(ReleaseId release) {
    try {
      Digest written = chains(release);
      lines(release, written);
    } catch (GateException refused) {
      if (refused.type().retryable()) {
        throw refused;
      }
      find(release, Unfit.flaw(refused), 0, Unfit.detail(refused));
    } catch (IllegalArgumentException | IllegalStateException unreadable) {
      find(release, Flaw.UNREADABLE, 0, "a row cannot be read: " + unreadable.getMessage());
    }
  }

  /** Answers the hash of the last entry whose seal has its lines. */
  private Digest chains(ReleaseId release) {
    List<ReleaseSeal> closing = seals(release);
    int next = 0;
    long seq = 0;
    Digest head = EntryHash.NONE;
    Digest written = EntryHash.NONE;
    List<Entry> page = record.entries().page(release, 0, PAGE);
    while (!page.isEmpty()) {
      for (Entry entry : page) {
        if (entry.seq() != seq + 1 || !entry.previous().equals(head) || !EntryHash.holds(entry)) {
          find(
              release,
              Flaw.BROKEN_CHAIN,
              entry.seq(),
              "the chain of the release breaks at this entry");
        }
        seq = entry.seq();
        head = entry.hash();
        entries++;
        switch (entry.kind()) {
          case RESOLVED -> rules.resolved(entry);
          case DECISIONS -> nodes.told(entry);
          default -> {}
        }
        if (next < closing.size() && closing.get(next).seal().to() == seq) {
          Seal seal = closing.get(next).seal();
          if (!seal.head().equals(head)) {
            find(
                release, Flaw.BROKEN_CHAIN, seq, "seal " + seal.number() + " closes another entry");
          }
          if (record.evidence().has(release, EvidenceStore.recordKey(seal))) {
            written = head;
          } else {
            pending++;
          }
          next++;
        }
      }
      page = record.entries().page(release, seq, PAGE);
    }
    if (next < closing.size()) {
      find(
          release,
          Flaw.MISSING_LINE,
          seq,
          "seal " + closing.get(next).seal().number() + " closes entries that are not there");
    }
    long closed = closing.isEmpty() ? 0 : closing.get(closing.size() - 1).seal().to();
    pending += Math.max(0, seq - closed);
    return written;
  }

  private List<ReleaseSeal> seals(ReleaseId release) {
    List<ReleaseSeal> all = new ArrayList<>();
    long from = 1;
    long after = 0;
    List<ReleaseSeal> page = record.evidence().seals(release, after, PAGE);
    while (!page.isEmpty()) {
      for (ReleaseSeal one : page) {
        if (one.seal().from() != from) {
          find(
              release,
              Flaw.BROKEN_CHAIN,
              from,
              "seal " + one.seal().number() + " begins with entry " + one.seal().from());
        }
        from = one.seal().to() + 1;
        after = one.seal().number();
        seals++;
        all.add(one);
      }
      page = record.evidence().seals(release, after, PAGE);
    }
    return all;
  }

  private void lines(ReleaseId release, Digest written) {
    StoredLines stored = new StoredLines(record, release, tools);
    Audit audit;
    try {
      audit =
          written.equals(EntryHash.NONE) && stored.none()
              ? null
              : BundleVerifier.verify(stored, tools, new Options(true, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stored.lost().forEach(detail -> find(release, Flaw.MISSING_LINE, 0, detail));
    if (audit == null) {
      return;
    }
    audit.findings().forEach(finding -> find(release, finding));
    if (audit.verified() && !release.equals(audit.release())) {
      find(release, Flaw.FOREIGN_LINE, 0, "the stored lines are of another release");
    } else if (audit.verified() && !audit.head().equals(written)) {
      find(
          release,
          Flaw.BROKEN_CHAIN,
          audit.entries(),
          "the entries are not those whose seals were signed");
    }
  }
}
