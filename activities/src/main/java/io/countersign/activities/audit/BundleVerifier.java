package io.countersign.activities.audit;

import io.countersign.activities.audit.Chain.Sealed;
import io.countersign.activities.port.EvidenceLines;
import io.countersign.activities.port.EvidenceLines.Line;
import io.countersign.failure.GateException;
import io.countersign.record.EntryHash;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Verifies one bundle, line by line (docs/evidence.md, "What evidence verify checks"). In memory
 * are one line, one seal and what decisions rest on; documents are not. Form, signature, order or
 * chain that do not hold end the reading, because what follows could be anybody's; everything else
 * that is wrong is collected.
 */
public final class BundleVerifier {
  private static final int MOST = 100;
  private static final String OURS = "https://countersign.io/";
  private static final String DOCUMENT = OURS + "document/v1";
  private static final String RECORD = OURS + "record/v1";

  private final AuditTools tools;
  private final Options options;
  private final List<Finding> findings = new ArrayList<>();
  private final Chain chain = new Chain();
  private final RuleBook book;
  private final DocumentDesk documents;
  private final Story story;
  private final Stamps stamps;
  private @Nullable OpenSeal seal;
  private boolean pinned;

  /**
   * @param open whether a record that has not ended may be verified up to its last entry
   * @param head hash of an entry that somebody noted: the bundle must reach it; null for none
   */
  public record Options(boolean open, @Nullable Digest head) {}

  private BundleVerifier(AuditTools tools, Options options) {
    this.tools = tools;
    this.options = options;
    this.book = new RuleBook(tools, this::find);
    this.documents = new DocumentDesk(book, this::find);
    this.story = new Story(tools, book, this::find);
    this.stamps = new Stamps(tools.stamps(), this::find);
  }

  /** Reads the stream to its end, or to where nothing can be told any more. Does not close it. */
  public static Audit verify(InputStream bundle, AuditTools tools, Options options)
      throws IOException {
    return new BundleVerifier(tools, options).verify(bundle);
  }

  private void find(Finding finding) {
    if (findings.size() < MOST) {
      findings.add(finding);
    }
  }

  private Audit verify(InputStream bundle) throws IOException {
    BoundedLines lines = new BoundedLines(bundle, EvidenceLines.LIMIT);
    try {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        take(line, lines.number());
      }
      complete(lines.number());
      documents.requireNone();
      requireEnd();
    } catch (Unfit broken) {
      find(broken.finding());
    }
    return new Conclusion(tools, chain, story, stamps).audit(findings, lines.number());
  }

  private void take(byte[] bytes, long number) {
    Line line;
    try {
      line = tools.lines().open(bytes);
      if (ofGate(line)) {
        line.requireGate(tools.gateKeys());
      }
    } catch (GateException refused) {
      throw new Unfit(Unfit.flaw(refused), number, 0, Unfit.detail(refused));
    }
    switch (line.type()) {
      case DOCUMENT -> {
        complete(number);
        documents.take(line, number);
      }
      case RECORD -> {
        complete(number);
        Sealed sealed = chain.take(line.statement(), number);
        pinned |= pins(sealed);
        seal = new OpenSeal(sealed, number);
      }
      default -> {
        if (seal == null) {
          throw new Unfit(Flaw.FOREIGN_LINE, number, 0, "this line stands before every seal");
        }
        seal.take(line, number);
      }
    }
  }

  /**
   * What people, checks and decision nodes signed is verified with their keys, once the rules are
   * known.
   */
  private static boolean ofGate(Line line) {
    String type = line.type();
    return !type.equals(OURS + "submission/v1")
        && !type.equals(OURS + "check-result/v1")
        && !type.equals(OURS + "sign-off/v1")
        && !type.equals(OURS + "order/v1")
        && !type.equals(OURS + "decisions/v1");
  }

  private boolean pins(Sealed sealed) {
    Digest head = options.head();
    return head != null
        && (sealed.seal().hash().equals(head)
            || sealed.entries().stream().anyMatch(told -> told.entry().hash().equals(head)));
  }

  /** Follows the entries of a seal once all its lines are there. */
  private void complete(long number) {
    OpenSeal done = seal;
    if (done == null) {
      return;
    }
    seal = null;
    done.requireComplete(number);
    documents.require(done, Objects.requireNonNull(chain.release()), story.subjects(done));
    try {
      story.follow(done, stamps.read(done, chain));
    } catch (IllegalArgumentException e) {
      throw new Unfit(
          Flaw.UNREADABLE,
          done.line(),
          0,
          "an entry cannot be read: " + String.valueOf(e.getMessage()));
    }
  }

  private void requireEnd() {
    if (chain.head().equals(EntryHash.NONE)) {
      find(new Finding(Flaw.MISSING_LINE, 0, 0, "the bundle holds no seal"));
      return;
    }
    if (options.head() != null && !pinned) {
      find(
          new Finding(
              Flaw.NOT_CLOSED,
              0,
              chain.seq(),
              "the bundle does not reach the head that was noted: it is older, or of another record"));
    }
    if (story.end().isEmpty() && !options.open()) {
      find(
          new Finding(
              Flaw.NOT_CLOSED,
              0,
              chain.seq(),
              "the record has not ended with entry " + chain.seq()));
    }
    if (story.end().isPresent()) {
      story
          .open()
          .ifPresent(
              open ->
                  find(
                      new Finding(
                          Flaw.NOT_REVOKED,
                          0,
                          open.seq(),
                          "the record ended, and access given here is not proved to have ended")));
    }
  }
}
