package io.countersign.activities.audit;

import io.countersign.activities.audit.Chain.Sealed;
import io.countersign.activities.port.EvidenceLines.Line;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKind;
import io.countersign.record.Seal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one seal in their order: what people and checks signed and what the gate says of its
 * entries, then the time stamps. None may be missing, foreign, twice or out of place.
 */
final class OpenSeal {
  private static final String OURS = "https://countersign.io/";
  private static final String SUMMARY = "https://slsa.dev/verification_summary/v1";
  private static final String TIME_STAMP = OURS + "time-stamp/v1";

  private final Sealed sealed;
  private final long line;
  private final Deque<Awaited> awaited = new ArrayDeque<>();
  private final Map<Long, Numbered> received = new HashMap<>();
  private final Map<Long, Numbered> said = new HashMap<>();
  private final Map<String, Stamp> stamps = new HashMap<>();
  private final Deque<String> stampable = new ArrayDeque<>();

  /** A line and its number. */
  record Numbered(Line line, long number) {}

  /**
   * A time-stamp line.
   *
   * @param seq the entry that it stamps, 0 for the seal
   */
  record Stamp(Line line, long number, long seq) {}

  private record Awaited(Told told, String type, boolean ofGate) {}

  /**
   * @param line number of the seal's own line
   */
  OpenSeal(Sealed sealed, long line) {
    this.sealed = sealed;
    this.line = line;
    sealed.entries().forEach(this::await);
  }

  private void await(Told told) {
    switch (told.kind()) {
      case SUBMITTED -> {
        if (!told.body().has("ci")) {
          awaited.add(new Awaited(told, OURS + "submission/v1", false));
        }
      }
      case CHECK -> awaited.add(new Awaited(told, OURS + "check-result/v1", false));
      case SIGN_OFF -> awaited.add(new Awaited(told, OURS + "sign-off/v1", false));
      case ORDER -> awaited.add(new Awaited(told, OURS + "order/v1", false));
      case DECISIONS -> awaited.add(new Awaited(told, OURS + "decisions/v1", false));
      case RESOLVED -> awaited.add(new Awaited(told, OURS + "release/v1", true));
      case DECISION -> awaited.add(new Awaited(told, SUMMARY, true));
      case GRANT -> awaited.add(new Awaited(told, OURS + "grant/v1", true));
      case DRIFT -> awaited.add(new Awaited(told, OURS + "drift/v1", true));
      case REVOCATION_PROVED -> awaited.add(new Awaited(told, OURS + "revocation/v1", true));
      default -> {}
    }
  }

  Sealed sealed() {
    return sealed;
  }

  long line() {
    return line;
  }

  /** What was received with an entry; the lines of every entry are there once it is complete. */
  Numbered received(Told told) {
    Numbered found = received.get(told.seq());
    if (found == null) {
      throw new IllegalStateException("entry " + told.seq() + " has no envelope");
    }
    return found;
  }

  /** What the gate says of an entry. */
  Numbered said(Told told) {
    Numbered found = said.get(told.seq());
    if (found == null) {
      throw new IllegalStateException("entry " + told.seq() + " has no statement");
    }
    return found;
  }

  Optional<Stamp> sealStamp() {
    return Optional.ofNullable(stamps.get(sealName()));
  }

  Optional<Stamp> stamp(Told told) {
    return stamps.values().stream().filter(stamp -> stamp.seq() == told.seq()).findFirst();
  }

  /** Whether the gate must have signed a line of this type in this place. */
  boolean awaitsGate() {
    Awaited next = awaited.peek();
    return next == null || next.ofGate();
  }

  /** Takes a line that is no document and no seal. */
  void take(Line opened, long number) {
    if (opened.type().equals(TIME_STAMP)) {
      requireComplete(number);
      stamp(opened, number);
      return;
    }
    Awaited next = awaited.peek();
    if (next == null || !fits(next, opened)) {
      throw unexpected(opened, number);
    }
    awaited.remove();
    (next.ofGate() ? said : received).put(next.told().seq(), new Numbered(opened, number));
    if (next.told().kind().signedByPerson()) {
      stampable.add("statement/" + opened.statementDigest().hex());
    }
  }

  private Unfit unexpected(Line opened, long number) {
    Awaited next = awaited.peek();
    boolean later = next != null && awaited.stream().anyMatch(one -> fits(one, opened));
    return later
        ? missing(next, number)
        : new Unfit(
            Flaw.FOREIGN_LINE,
            number,
            0,
            "seal " + sealed.seal().number() + " has no place for this line here");
  }

  private static Unfit missing(Awaited next, long number) {
    return new Unfit(
        Flaw.MISSING_LINE,
        number,
        next.told().seq(),
        "before this line the "
            + next.type().replace(OURS, "")
            + " of entry "
            + next.told().seq()
            + " is missing");
  }

  private static boolean fits(Awaited awaited, Line opened) {
    if (!opened.type().equals(awaited.type())) {
      return false;
    }
    Told told = awaited.told();
    if (!awaited.ofGate()) {
      return told.kind() == EntryKind.SUBMITTED
          ? opened.statementDigest().toString().equals(told.text("statement"))
          : opened.envelope().equals(told.body().path("envelope"));
    }
    return told.kind() == EntryKind.DECISION
        ? opened
            .statement()
            .at("/predicate/timeVerified")
            .asText()
            .equals(EntryHash.time(told.at()))
        : opened.statement().at("/predicate/entry").asLong() == told.seq();
  }

  private void stamp(Line opened, long number) {
    String subject = Subjects.name(opened.statement());
    boolean ofSeal = sealSubject(opened);
    @Nullable Told told = ofSeal ? null : statement(subject);
    boolean known = ofSeal || stampable.contains(subject);
    if (!known || stamps.containsKey(sealName())) {
      throw new Unfit(
          Flaw.FOREIGN_LINE, number, 0, "this time stamp is of nothing that may follow here");
    }
    while (!ofSeal && !subject.equals(stampable.poll())) {
      // Those before it have none; whether they should is asked when the bundle has ended.
    }
    String key = ofSeal ? sealName() : subject;
    stamps.put(key, new Stamp(opened, number, told == null ? 0 : told.seq()));
  }

  /** A seal is stamped itself, or through a later one to which a path leads. */
  private static boolean sealSubject(Line opened) {
    return Subjects.name(opened.statement()).startsWith("seal/");
  }

  private @Nullable Told statement(String subject) {
    for (Told told : sealed.entries()) {
      Numbered envelope = received.get(told.seq());
      if (told.kind().signedByPerson()
          && envelope != null
          && subject.equals("statement/" + envelope.line().statementDigest().hex())) {
        return told;
      }
    }
    return null;
  }

  private String sealName() {
    Seal seal = sealed.seal();
    return "seal/" + seal.number();
  }

  /** MISSING_LINE when a line of an entry has not come. */
  void requireComplete(long number) {
    Awaited next = awaited.peek();
    if (next != null) {
      throw missing(next, number);
    }
  }
}
