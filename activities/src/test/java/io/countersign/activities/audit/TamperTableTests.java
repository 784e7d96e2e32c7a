package io.countersign.activities.audit;

import static io.countersign.activities.audit.Flaw.BAD_SIGNATURE;
import static io.countersign.activities.audit.Flaw.BROKEN_CHAIN;
import static io.countersign.activities.audit.Flaw.FOREIGN_LINE;
import static io.countersign.activities.audit.Flaw.MISSING_LINE;
import static io.countersign.activities.audit.Flaw.NOT_CLOSED;
import static io.countersign.activities.audit.Flaw.UNKNOWN_KEY;
import static io.countersign.activities.audit.Flaw.UNREADABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.grant.Slot;
import io.countersign.policy.GateFunction;
import io.countersign.signoff.OrderKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Everything that can be done to the lines of a valid bundle is seen, and said what it is. */
class TamperTableTests {
  private static final AuditScene SCENE = new AuditScene();
  private static final SigningKey ATTACKER = Cast.fresh();
  private static final Random RANDOM = new Random(20261123);
  private static List<String> lines;
  private static Audit valid;

  @BeforeAll
  static void export() {
    SCENE.reviewed().stamp();
    SCENE.after(Duration.ofMinutes(9)).signOff("mara@example.com", GateFunction.MLOPS).seal();
    SCENE.after(Duration.ofMinutes(9)).signOff("sven@example.com", GateFunction.SECURITY);
    SCENE.signOff("rita@example.com", GateFunction.RISK).stamp();
    SCENE.rights("rita@example.com: validUntil: 2027-01-01T00:00:00Z");
    SCENE.decided().granted(AuditScene.GRANT, Slot.A).stamp();
    SCENE.after(Duration.ofHours(50)).ordered("otto@example.com", OrderKind.ROLLBACK);
    SCENE.revocation(AuditScene.GRANT, "ROLLED_BACK").revoked(AuditScene.GRANT, Slot.A);
    SCENE.complete("ROLLED_BACK").stamp();
    lines = List.copyOf(SCENE.bundle());
    valid = SCENE.verify(lines);
  }

  @Test
  void untouchedItVerifiesAndIsAnchoredToItsEnd() {
    assertThat(valid.findings()).isEmpty();
    assertThat(valid.anchoredEntry()).isEqualTo(valid.entries());
    assertThat(lines).hasSizeGreaterThan(30);
  }

  /** The bytes of an envelope by what they are for; of each class some, the same in every run. */
  @Test
  void everyClassOfBytesOfEveryLine() {
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      int payload = line.indexOf("\"payload\":\"") + 11;
      int type = line.indexOf("\"payloadType\":\"") + 15;
      int keyId = line.indexOf("\"keyid\":\"") + 9;
      int sig = line.indexOf("\"sig\":\"") + 7;
      int[] classes = {
        0,
        1,
        payload,
        payload + RANDOM.nextInt(line.indexOf('"', payload) - payload),
        line.indexOf('"', payload) - 1,
        type + 3,
        keyId + RANDOM.nextInt(line.indexOf('"', keyId) - keyId),
        sig + RANDOM.nextInt(80),
        line.indexOf('"', sig) - 1,
        line.length() - 1
      };
      for (int position : classes) {
        char was = line.charAt(position);
        for (char other : new char[] {was == 'A' ? 'B' : 'A', ' ', '"'}) {
          if (other != was) {
            String changed = line.substring(0, position) + other + line.substring(position + 1);
            refused(
                Tampering.with(lines, at, changed),
                "line " + (at + 1) + ", byte " + position + " is now " + other,
                Set.of(UNREADABLE, BAD_SIGNATURE, UNKNOWN_KEY, FOREIGN_LINE));
          }
        }
      }
    }
  }

  @Test
  void bytesThatNoJsonHolds() {
    String line = lines.get(0);
    for (byte junk : new byte[] {0, 1, '\r', (byte) 0x80, (byte) 0xFF}) {
      byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
      bytes[line.length() / 2] = junk;
      assertThat(SCENE.verify(bytes, new Options(false, null)).findings())
          .first()
          .extracting(Finding::flaw)
          .isEqualTo(UNREADABLE);
    }
  }

  @Test
  void everyLineDropped() {
    for (int at = 0; at < lines.size(); at++) {
      List<String> less = Tampering.without(lines, at);
      if (lastStamps(at)) {
        Audit audit = SCENE.verify(less);
        assertThat(audit.notProved()).hasSizeGreaterThan(valid.notProved().size());
        assertThat(audit.notProved())
            .anyMatch(line -> line.contains("no authority stamped") || line.contains("anchored"));
      } else {
        refused(
            less,
            "without line " + (at + 1),
            Set.of(MISSING_LINE, FOREIGN_LINE, BROKEN_CHAIN, NOT_CLOSED));
      }
    }
  }

  /** That a bundle was exported before its last stamps were made cannot be told from this. */
  private static boolean lastStamps(int at) {
    return lines.subList(at, lines.size()).stream()
        .allMatch(line -> Tampering.type(line).equals("time-stamp/v1"));
  }

  @Test
  void everyLineDoubled() {
    for (int at = 0; at < lines.size(); at++) {
      refused(
          Tampering.doubled(lines, at),
          "line " + (at + 1) + " twice",
          Set.of(FOREIGN_LINE, BROKEN_CHAIN, MISSING_LINE));
    }
  }

  @Test
  void everyLineSwappedWithTheNext() {
    for (int at = 0; at < lines.size() - 1; at++) {
      refused(
          Tampering.swapped(lines, at),
          "lines " + (at + 1) + " and " + (at + 2) + " swapped",
          Set.of(MISSING_LINE, FOREIGN_LINE, BROKEN_CHAIN));
    }
  }

  @Test
  void everyLineReplacedByOneOfAnotherReleaseOfTheSameGate() {
    AuditScene other = new AuditScene(SCENE, AuditScene.RELEASE.withVersion("2026.11.7"));
    List<String> foreign = other.whole().bundle();
    for (int at = 0; at < lines.size(); at++) {
      String type = Tampering.type(lines.get(at));
      String line =
          foreign.stream()
              .filter(one -> Tampering.type(one).equals(type))
              .findFirst()
              .orElse(foreign.get(0));
      if (!line.equals(lines.get(at))) {
        refused(
            Tampering.with(lines, at, line),
            "line " + (at + 1) + " of another release",
            Set.of(MISSING_LINE, FOREIGN_LINE, BROKEN_CHAIN));
      }
    }
  }

  @Test
  void everyLineSignedAgainByAWrongKey() {
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      boolean ofGate = Tampering.keyId(line).equals(SCENE.key.keyId());
      boolean check = Tampering.type(line).equals("check-result/v1");
      boolean sent = Tampering.type(line).equals("submission/v1");
      refused(
          Tampering.with(lines, at, Tampering.resigned(line, ATTACKER, Tampering.keyId(line))),
          "line " + (at + 1) + " by a wrong key in the name of the right one",
          (ofGate && !check) || sent ? Set.of(BAD_SIGNATURE, FOREIGN_LINE) : Set.of(FOREIGN_LINE));
      refused(
          Tampering.with(
              lines, at, Tampering.resigned(line, ATTACKER, ATTACKER.verificationKey().keyId())),
          "line " + (at + 1) + " by a wrong key",
          ofGate && !check ? Set.of(UNKNOWN_KEY) : Set.of(FOREIGN_LINE));
    }
  }

  @Test
  void everyTailCutOffBetweenLinesAndInsideOfThem() {
    for (int at = 0; at < lines.size(); at++) {
      if (!lastStamps(at)) {
        refused(
            new ArrayList<>(lines.subList(0, at)),
            "cut after line " + at,
            at == 0
                ? Set.of(MISSING_LINE, UNREADABLE)
                : Set.of(MISSING_LINE, FOREIGN_LINE, NOT_CLOSED));
      }
      byte[] whole =
          (String.join("\n", lines.subList(0, at + 1)) + "\n").getBytes(StandardCharsets.UTF_8);
      int into = whole.length - 1 - lines.get(at).length() / 2;
      assertThat(SCENE.verify(Arrays.copyOf(whole, into), new Options(true, null)).findings())
          .as("cut inside of line " + (at + 1))
          .anySatisfy(one -> assertThat(one.flaw()).isEqualTo(UNREADABLE));
    }
  }

  @Test
  void whiteSpaceInAPayloadIsAnotherStatement() {
    for (int at = 0; at < lines.size(); at++) {
      String spaced = Tampering.payload(lines.get(at), text -> text.replaceFirst(":", ": "));
      refused(
          Tampering.with(lines, at, spaced),
          "white space in line " + (at + 1),
          Set.of(BAD_SIGNATURE, FOREIGN_LINE));
    }
  }

  @Test
  void anEditedEntryWithEveryHashComputedAgain() {
    for (int at = 0; at < lines.size(); at++) {
      if (Tampering.type(lines.get(at)).equals("record/v1")) {
        String edited =
            Tampering.edited(
                lines.get(at), 0, entry -> entry.put("actor", "mallory@example.com"), ATTACKER);
        refused(Tampering.with(lines, at, edited), "edited seal", Set.of(BAD_SIGNATURE));
      }
    }
  }

  @Test
  void whatStandsInFrontOfBehindOrBetweenTheLines() {
    for (String junk : List.of("", " ", "{}", "[]", "null", "\u0000", "{\"payload\":1}")) {
      for (int at : new int[] {0, lines.size() / 2, lines.size()}) {
        List<String> more = new ArrayList<>(lines);
        more.add(at, junk);
        refused(more, "junk at " + at, Set.of(UNREADABLE));
      }
    }
  }

  private static void refused(List<String> tampered, String what, Set<Flaw> as) {
    Audit audit = SCENE.verify(tampered);
    assertThat(audit.verified()).as(what).isFalse();
    assertThat(audit.findings().get(0).flaw()).as("%s: %s", what, audit.findings()).isIn(as);
    assertThat(audit.findings().get(0).detail()).as(what).isNotBlank();
  }
}
