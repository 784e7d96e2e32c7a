package io.countersign.activities.report;

import io.countersign.activities.port.Bearers;
import io.countersign.activities.report.Voice.Kind;
import io.countersign.activities.report.Voice.Refusal;
import io.countersign.failure.FailureType;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads who said what, accepted and refused, in the order in which it was recorded. */
final class VoiceReading {
  private final Sources sources;
  private final Signers signers;
  private final Map<String, Long> counted = new HashMap<>();

  VoiceReading(Sources sources, Signers signers) {
    this.sources = sources;
    this.signers = signers;
    sources
        .of(EntryKind.DECISION)
        .forEach(
            entry ->
                Told.of(entry)
                    .texts("signOffs")
                    .forEach(digest -> counted.put(hex(digest), entry.seq())));
  }

  List<Voice> voices() {
    List<Voice> voices = new ArrayList<>();
    for (Entry entry : sources.entries()) {
      Voice voice = voice(entry);
      if (voice != null) {
        voices.add(voice);
      }
    }
    return voices;
  }

  private @Nullable Voice voice(Entry entry) {
    return switch (entry.kind()) {
      case SUBMITTED -> submission(entry);
      case SIGN_OFF -> signOff(entry);
      case ORDER -> order(entry);
      case REFUSAL, SUBMISSION_REFUSED -> refusal(entry);
      default -> null;
    };
  }

  private Voice submission(Entry entry) {
    Told body = Told.of(entry);
    Told said = Told.parsed(sources.frozen().submission()).predicate();
    return new Voice(
        entry.seq(),
        entry.at(),
        Kind.SUBMISSION,
        body.line("submitter"),
        null,
        body.has("ci") ? "submit, by CI" : "submit",
        null,
        said.instant("issuedAt"),
        signers.ofSubmission(entry),
        hex(body.line("statement")),
        null,
        null,
        bearer(body));
  }

  private Voice signOff(Entry entry) {
    Told body = Told.of(entry);
    Told said = body.at("envelope").predicate();
    String function = body.line("function");
    String decision = body.line("decision");
    String statement = lastPart(entry);
    return new Voice(
        entry.seq(),
        entry.at(),
        Kind.SIGN_OFF,
        Foreign.line(entry.actor()),
        function,
        said.has("check") ? decision + " " + said.line("check") : decision,
        said.lines("reason"),
        said.instant("issuedAt"),
        signers.ofSignOff(entry),
        statement,
        null,
        counted.get(statement),
        bearer(body));
  }

  private Voice order(Entry entry) {
    Told body = Told.of(entry);
    Told said = body.at("envelope").predicate();
    String names = body.line("names");
    boolean own = names.equals(entry.release().toString());
    return new Voice(
        entry.seq(),
        entry.at(),
        Kind.ORDER,
        Foreign.line(entry.actor()),
        null,
        "order: " + body.line("order") + (own ? "" : " of " + names),
        said.lines("reason"),
        said.instant("issuedAt"),
        signers.ofOrder(entry),
        lastPart(entry),
        null,
        null,
        bearer(body));
  }

  private static Voice refusal(Entry entry) {
    Told body = Told.of(entry);
    String type = body.line("type");
    String sentence =
        Arrays.stream(FailureType.values())
            .filter(t -> t.name().equals(type))
            .map(FailureType::sentence)
            .findFirst()
            .orElse("");
    String detail = body.lineOrNull("detail");
    return new Voice(
        entry.seq(),
        entry.at(),
        entry.kind() == EntryKind.REFUSAL ? Kind.UNKNOWN : Kind.SUBMISSION,
        entry.kind() == EntryKind.REFUSAL ? Foreign.line(entry.actor()) : "unknown",
        null,
        entry.kind() == EntryKind.REFUSAL ? "message" : "submit",
        null,
        null,
        null,
        hex(body.line("statement")),
        new Refusal(type, sentence, sentence.equals(detail) ? null : detail),
        null,
        bearer(body));
  }

  private static @Nullable String bearer(Told body) {
    return body.has(Bearers.FIELD) ? body.line(Bearers.FIELD) : null;
  }

  private static String lastPart(Entry entry) {
    String key = Foreign.line(entry.key().text());
    return key.substring(key.lastIndexOf('/') + 1);
  }

  private static String hex(String digest) {
    return digest.startsWith("sha256:") ? digest.substring("sha256:".length()) : digest;
  }
}
