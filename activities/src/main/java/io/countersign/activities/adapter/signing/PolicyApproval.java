package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.signoff.StatementRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Four eyes over the gate's own files. Beside {@code gate.yaml} lies {@code gate.yaml.sigs.jsonl}:
 * a DSSE envelope a line, each with an in-toto statement that names the file and the SHA-256 of its
 * bytes. A file may be used when two different policy owners, each with a key of their own, have
 * signed exactly these bytes under this name. Lines about other bytes, by others, or that cannot be
 * read count for nothing and do no harm.
 */
public final class PolicyApproval {
  /** The predicate of an approval. */
  public static final String PREDICATE_TYPE = "https://countersign.io/policy-approval/v1";

  /** How many different owners must have signed. */
  public static final int OWNERS = 2;

  private static final int LIMIT = 1024 * 1024;
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  private final Supplier<Approvers> owners;
  private final Clock clock;

  /**
   * One owner's approval that counts.
   *
   * @param keyId the key that verified
   */
  public record Approval(String person, String keyId, Instant at) {}

  /**
   * @param owners the people whose signatures count, in the form of an approvers file; read at
   *     every question
   */
  public PolicyApproval(Supplier<Approvers> owners, Clock clock) {
    this.owners = owners;
    this.clock = clock;
  }

  /** Where the signatures of a file lie. */
  public static Path signatures(Path file) {
    return file.resolveSibling(name(file) + ".sigs.jsonl");
  }

  /** Adds a signature over these bytes of a file. The file itself is not touched. */
  public void sign(Path file, byte[] bytes, String person, SigningKey key) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    DsseEnvelope envelope =
        DsseEnvelope.sign(statement(name(file), Digest.of(bytes), person, at), key);
    if (approval(envelope, name(file), Digest.of(bytes), clock.instant()).isEmpty()) {
      throw new GateException(
          FailureType.UNKNOWN_KEY, Malformed.shown(person) + " is no policy owner with this key");
    }
    byte[] line =
        (new String(envelope.write(), StandardCharsets.UTF_8) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(signatures(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalArgumentException(signatures(file) + ": cannot be written", e);
    }
  }

  /** Who approves exactly these bytes, by name; each owner once. */
  public List<Approval> approvals(Path file, byte[] bytes) {
    return List.copyOf(
        counting(name(file), bytes, lines(signatures(file)), clock.instant()).keySet());
  }

  /**
   * The lines that count, one of each owner, for the archive.
   *
   * @param type of the refusal of bytes that fewer than two owners have signed: INVALID_GATE_POLICY
   *     or INVALID_APPROVERS
   */
  public byte[] require(Path file, byte[] bytes, FailureType type) {
    Map<Approval, String> found =
        counting(name(file), bytes, lines(signatures(file)), clock.instant());
    requireEnough(file, found, type);
    return (String.join("\n", found.values()) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The same for bytes and lines from the archive. Who was an owner is asked for the time of use; a
   * person who was withdrawn or a key that was revoked since does not count, whenever it signed.
   */
  public void requireArchived(
      Path file, byte[] bytes, byte[] signatures, Instant at, FailureType type) {
    List<String> lines = new String(signatures, StandardCharsets.UTF_8).lines().toList();
    requireEnough(file, counting(name(file), bytes, lines, at), type);
  }

  private static void requireEnough(Path file, Map<Approval, String> found, FailureType type) {
    if (found.size() < OWNERS) {
      throw new GateException(
          type,
          file
              + ": found the signatures of "
              + found.size()
              + " policy owners over these bytes, allowed are "
              + OWNERS
              + " or more; 'countersign policy sign' adds one");
    }
  }

  private Map<Approval, String> counting(
      String name, byte[] bytes, List<String> lines, Instant at) {
    Map<Approval, String> found = new TreeMap<>(Comparator.comparing(Approval::person));
    for (String line : lines) {
      try {
        DsseEnvelope envelope = DsseEnvelope.parse(line.getBytes(StandardCharsets.UTF_8));
        approval(envelope, name, Digest.of(bytes), at)
            .ifPresent(approval -> found.put(approval, line));
      } catch (GateException unreadable) {
        // Whoever can add a line must not be able to take the others' voices away with it.
        continue;
      }
    }
    return found;
  }

  private Optional<Approval> approval(
      DsseEnvelope envelope, String name, Digest digest, Instant usedAt) {
    JsonNode predicate = StrictJson.object("statement", envelope.payload()).path("predicate");
    String person = predicate.path("person").asText();
    Optional<Person> owner = owners.get().person(person);
    Instant at;
    try {
      at = Instant.parse(predicate.path("issuedAt").asText());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
    // One form only: the bytes must be those that this class itself would write.
    if (owner.isEmpty()
        || !Arrays.equals(envelope.payload(), statement(name, digest, person, at))) {
      return Optional.empty();
    }
    return owner.get().keys().stream()
        .filter(key -> counts(owner.get(), key, at, usedAt))
        .filter(key -> verifies(key, envelope))
        .map(key -> new Approval(person, key.keyId(), at))
        .findFirst();
  }

  private boolean counts(Person owner, PersonKey key, Instant issuedAt, Instant usedAt) {
    Instant now = clock.instant();
    Instant withdrawn = owner.withdrawnAt();
    return owner.validAt(usedAt)
        && (withdrawn == null || now.isBefore(withdrawn))
        && !key.revokedAt(now)
        && key.validAt(issuedAt)
        && !issuedAt.isAfter(usedAt.plus(CLOCK_SKEW));
  }

  private static boolean verifies(PersonKey key, DsseEnvelope envelope) {
    VerificationKey publicKey = Keys.publicKey(key.publicKey());
    return envelope.signatures().stream()
        .anyMatch(signature -> publicKey.verify(envelope.pae(), signature.sig()));
  }

  private static byte[] statement(String name, Digest digest, String person, Instant at) {
    StatementRules.name("person", person);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_type", "https://in-toto.io/Statement/v1");
    json.putArray("subject")
        .addObject()
        .put("name", name)
        .putObject("digest")
        .put("sha256", digest.hex());
    json.put("predicateType", PREDICATE_TYPE);
    json.putObject("predicate").put("person", person).put("issuedAt", at.toString());
    return CanonicalJson.bytes(json);
  }

  private static List<String> lines(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new IllegalArgumentException(file + ": found more than " + LIMIT + " bytes");
      }
      List<String> lines =
          new ArrayList<>(new String(bytes, StandardCharsets.UTF_8).lines().toList());
      lines.removeIf(String::isBlank);
      return lines;
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read", e);
    }
  }

  private static String name(Path file) {
    Path name = file.toAbsolutePath().getFileName();
    if (name == null) {
      throw new IllegalArgumentException(file + ": is no file");
    }
    return name.toString();
  }
}
