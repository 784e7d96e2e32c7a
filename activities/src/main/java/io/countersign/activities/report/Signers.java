package io.countersign.activities.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.CiTokens;
import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.KeyDirectory;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.signoff.Submission;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds which key of the approvers file of its time verifies a statement. The key id in an envelope
 * is a hint of whoever sent it, so it is never shown.
 */
final class Signers {
  private static final CiTokens NO_TOKENS =
      (token, audience, at) -> {
        throw new GateException(FailureType.BAD_TOKEN, "a report proves no CI run");
      };

  private final Sources sources;
  private final SignedStatements statements;
  private final Map<Long, KeyDirectory> since = new TreeMap<>();

  Signers(Sources sources, DocumentParser parser, SignedStatements statements, KeyReader reader) {
    this.sources = sources;
    this.statements = statements;
    since.put(0L, keys(sources.frozen().approversDigest(), parser, reader));
    sources
        .of(EntryKind.RIGHTS)
        .forEach(
            entry -> {
              Digest digest = digest(Told.of(entry).line("approversDigest"));
              since.put(entry.seq(), digest == null ? nobody() : keys(digest, parser, reader));
            });
  }

  @Nullable String ofSignOff(Entry entry) {
    return key(() -> statements.signOff(envelope(entry), at(entry.seq())).keyId());
  }

  @Nullable String ofOrder(Entry entry) {
    return key(() -> statements.order(envelope(entry), at(entry.seq())).keyId());
  }

  @Nullable String ofSubmission(Entry entry) {
    byte[] envelope = sources.frozen().submission().getBytes(StandardCharsets.UTF_8);
    return key(
        () ->
            statements.submission(envelope, at(entry.seq()), NO_TOKENS, entry.at()).submitter()
                    instanceof Submission.Person person
                ? person.keyId()
                : null);
  }

  private static @Nullable String key(Supplier<@Nullable String> read) {
    try {
      return read.get();
    } catch (GateException notProved) {
      return null;
    }
  }

  private KeyDirectory at(long seq) {
    KeyDirectory keys = nobody();
    for (Map.Entry<Long, KeyDirectory> change : since.entrySet()) {
      if (change.getKey() < seq) {
        keys = change.getValue();
      }
    }
    return keys;
  }

  private KeyDirectory keys(Digest approvers, DocumentParser parser, KeyReader reader) {
    try {
      return sources
          .archive()
          .rules(approvers)
          .map(bytes -> reader.of(parser.approvers(bytes)))
          .orElseGet(Signers::nobody);
    } catch (GateException unreadable) {
      return nobody();
    }
  }

  private static KeyDirectory nobody() {
    return person -> List.of();
  }

  private static @Nullable Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException other) {
      return null;
    }
  }

  private static byte[] envelope(Entry entry) {
    JsonNode envelope = Told.of(entry).at("envelope").json();
    return envelope.toString().getBytes(StandardCharsets.UTF_8);
  }
}
