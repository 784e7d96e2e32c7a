package io.countersign.activities.evidence;

import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.TimeStampAuthority;
import io.countersign.activities.port.TimeStampAuthority.TimeStamp;
import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.EvidenceLine.Stage;
import io.countersign.record.Seal;
import io.countersign.record.Stampable;
import java.util.List;

/**
 * Has seals and the statements of people stamped by an authority. One token anchors its seal and,
 * through the chain, every seal before it: of many that wait only the last is stamped.
 */
public final class Stamping {
  private static final int AT_ONCE = 200;

  /** The most links between a seal and the stamped one. */
  private static final int PATH = 256;

  private final EvidenceStore store;
  private final GateSigner signer;
  private final TimeStampAuthority authority;

  public Stamping(EvidenceStore store, GateSigner signer, TimeStampAuthority authority) {
    this.store = store;
    this.signer = signer;
    this.authority = authority;
  }

  /**
   * Stamps what waits.
   *
   * @return how many stamps were stored
   * @throws io.countersign.failure.GateException as {@link TimeStampAuthority#stamp}; what was
   *     stamped before is kept, the rest waits
   */
  public int stamp() {
    int stored = 0;
    List<Stampable> waiting = store.unstamped(AT_ONCE);
    while (!waiting.isEmpty()) {
      stored += stamp(waiting);
      waiting = store.unstamped(AT_ONCE);
    }
    return stored;
  }

  private int stamp(List<Stampable> waiting) {
    Anchor anchor = null;
    for (Stampable one : waiting) {
      if (!one.isSeal()) {
        store(one, Stage.STATEMENT_STAMP, one, authority.stamp(one.imprint()), List.of());
        continue;
      }
      if (anchor == null || !anchor.reaches(one)) {
        anchor = anchor(one);
      }
      store(one, Stage.SEAL_STAMP, anchor.stamped(), anchor.stamp(), anchor.after(one));
    }
    return waiting.size();
  }

  /** The last seal that is not too far away, stamped. */
  private Anchor anchor(Stampable first) {
    List<Seal> path = store.path(first.seal() - 1, first.seal() + PATH);
    Seal last = path.get(path.size() - 1);
    Stampable stamped = new Stampable(first.release(), last.number(), 0, last.hash());
    return new Anchor(stamped, authority.stamp(last.hash()), path);
  }

  private void store(
      Stampable one, Stage stage, Stampable stamped, TimeStamp stamp, List<Seal> path) {
    store.stamp(
        one,
        new EvidenceLine(
            one.release(),
            new Place(one.seal(), stage, one.seq(), 0),
            "time-stamp/" + one.subject(),
            signer.sign(GateStatements.timeStamp(stamped, stamp, path))));
  }

  /**
   * A stamped seal and the seals that lead to it.
   *
   * @param path from the first that it anchors, to itself
   */
  private record Anchor(Stampable stamped, TimeStamp stamp, List<Seal> path) {
    boolean reaches(Stampable one) {
      return one.seal() >= path.get(0).number() && one.seal() <= stamped.seal();
    }

    List<Seal> after(Stampable one) {
      return path.stream().filter(seal -> seal.number() > one.seal()).toList();
    }
  }
}
