package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.audit.OpenSeal.Stamp;
import io.countersign.activities.port.TimeStampReader;
import io.countersign.failure.GateException;
import io.countersign.record.Seal;
import io.countersign.release.Digest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The time stamps of a bundle: token, imprint, certificate and the path to the stamped seal. One
 * that does not verify is a finding and stamps nothing.
 */
final class Stamps {
  /** How far the clocks of the gate and of an authority may be apart. */
  static final Duration SKEW = Duration.ofMinutes(2);

  private final @Nullable TimeStampReader reader;
  private final Consumer<Finding> findings;
  private final List<Told> unstamped = new ArrayList<>();
  private final List<Long> unanchored = new ArrayList<>();
  private @Nullable Anchor anchor;
  private boolean seen;

  /**
   * What is anchored.
   *
   * @param seq up to this entry
   * @param at the authority's time
   */
  record Anchor(long seq, Instant at) {}

  Stamps(@Nullable TimeStampReader reader, Consumer<Finding> findings) {
    this.reader = reader;
    this.findings = findings;
  }

  @Nullable Anchor anchor() {
    return anchor;
  }

  /** Sign-offs and orders after the last that was stamped. */
  List<Long> unstamped() {
    return unstamped.stream().map(Told::seq).toList();
  }

  /** Whether the bundle holds any, verified or not. */
  boolean seen() {
    return seen;
  }

  /** The stamped times of a complete seal's sign-offs and orders, by entry. */
  Map<Long, Instant> read(OpenSeal seal, Chain chain) {
    Map<Long, Instant> times = new HashMap<>();
    for (Told told : seal.sealed().entries()) {
      if (!told.kind().signedByPerson()) {
        continue;
      }
      Stamp stamp = seal.stamp(told).orElse(null);
      if (stamp == null) {
        unstamped.add(told);
        continue;
      }
      requireNoneBefore(stamp);
      Digest imprint = seal.received(told).line().statementDigest();
      Instant at = verify(stamp, "statement/" + imprint.hex(), imprint, List.of());
      if (at != null) {
        times.put(told.seq(), at);
        requireAfter(told.at(), at, stamp, told.seq());
      }
    }
    seal.sealStamp()
        .ifPresentOrElse(stamp -> anchor(stamp, seal, chain), () -> unanchored.add(seal.line()));
    return times;
  }

  /** Authorities are asked in the order of the record: a gap was made afterwards. */
  private void requireNoneBefore(Stamp stamp) {
    if (!unstamped.isEmpty()) {
      Told first = unstamped.get(0);
      findings.accept(
          new Finding(
              Flaw.MISSING_LINE,
              stamp.number(),
              first.seq(),
              "the time stamp of entry " + first.seq() + " is missing: later ones are there"));
      unstamped.clear();
    }
  }

  private void anchor(Stamp stamp, OpenSeal seal, Chain chain) {
    if (!unanchored.isEmpty()) {
      findings.accept(
          new Finding(
              Flaw.MISSING_LINE,
              stamp.number(),
              0,
              "the time stamp of the seal in line "
                  + unanchored.get(0)
                  + " is missing: later ones are there"));
      unanchored.clear();
    }
    List<Seal> path = path(stamp);
    if (!chain.leads(path)) {
      throw new Unfit(
          Flaw.BAD_TIME_STAMP,
          stamp.number(),
          0,
          "the path does not lead from the seal to the stamped one");
    }
    Seal stamped = path.isEmpty() ? seal.sealed().seal() : path.get(path.size() - 1);
    Instant at = verify(stamp, "seal/" + stamped.number(), stamped.hash(), path);
    List<Told> entries = seal.sealed().entries();
    Told last = entries.get(entries.size() - 1);
    if (at != null && requireAfter(last.at(), at, stamp, last.seq())) {
      anchor = new Anchor(seal.sealed().seal().to(), at);
    }
  }

  private boolean requireAfter(Instant told, Instant stamped, Stamp stamp, long seq) {
    boolean after = !stamped.isBefore(told.minus(SKEW));
    if (!after) {
      findings.accept(
          new Finding(
              Flaw.OUT_OF_ORDER,
              stamp.number(),
              seq,
              "stamped at " + stamped + ", before it is said to have happened, at " + told));
    }
    return after;
  }

  private static List<Seal> path(Stamp stamp) {
    try {
      List<Seal> path = new ArrayList<>();
      for (JsonNode link : Json.list(stamp.line().statement().path("predicate"), "path")) {
        path.add(Json.seal(link));
      }
      return path;
    } catch (IllegalArgumentException e) {
      throw unreadable(stamp, e);
    }
  }

  private @Nullable Instant verify(Stamp stamp, String name, Digest imprint, List<Seal> path) {
    seen = true;
    try {
      JsonNode predicate = Json.object(stamp.line().statement(), "predicate");
      Json.only(predicate, "token", "at", "path");
      boolean same =
          stamp.line().statement().path("subject").equals(Subjects.of(name, imprint))
              && Json.list(predicate, "path").size() == path.size();
      if (!same) {
        findings.accept(bad(stamp, "the statement is of another imprint than " + name));
        return null;
      }
      byte[] token = Base64.getDecoder().decode(Json.text(predicate, "token"));
      Instant said = Instant.parse(Json.text(predicate, "at"));
      Instant at = reader == null ? null : reader.verify(token, imprint);
      if (at != null && !at.equals(said)) {
        findings.accept(bad(stamp, "the statement says another time than its token"));
        return null;
      }
      return at;
    } catch (GateException refused) {
      findings.accept(bad(stamp, Unfit.detail(refused)));
      return null;
    } catch (IllegalArgumentException | DateTimeException e) {
      throw unreadable(stamp, e);
    }
  }

  private static Finding bad(Stamp stamp, String detail) {
    return new Finding(Flaw.BAD_TIME_STAMP, stamp.number(), stamp.seq(), detail);
  }

  private static Unfit unreadable(Stamp stamp, RuntimeException e) {
    return new Unfit(
        Flaw.UNREADABLE,
        stamp.number(),
        stamp.seq(),
        "the time stamp cannot be read: " + String.valueOf(e.getMessage()));
  }
}
