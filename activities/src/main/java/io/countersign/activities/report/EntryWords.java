package io.countersign.activities.report;

import io.countersign.activities.report.ReleaseReport.Line;
import io.countersign.record.Entry;

/** One entry in a few words, for the table of all entries. */
final class EntryWords {
  private EntryWords() {}

  static Line of(Entry entry) {
    return new Line(
        entry.seq(),
        entry.at(),
        entry.kind().name(),
        Foreign.line(entry.actor()),
        words(entry, Told.of(entry)),
        Foreign.line(entry.key().text()));
  }

  private static String words(Entry entry, Told body) {
    return switch (entry.kind()) {
      case SUBMITTED -> "release " + body.line("releaseDigest");
      case SUBMISSION_REFUSED, REFUSAL -> body.line("type");
      case RESOLVED ->
          "tier " + body.line("tier") + ", changes: " + String.join(", ", body.texts("changes"));
      case CHECK -> {
        Told said = body.at("envelope").predicate();
        yield said.line("check") + ": " + body.line("outcome");
      }
      case REVIEW -> "round " + body.number("round") + ", review " + body.line("reviewDigest");
      case SIGN_OFF -> body.line("decision") + " for " + body.line("function");
      case ORDER -> body.line("order") + " of " + body.line("names");
      case IDENTITY_PROVED -> body.line("subject");
      case GRANT -> "slot " + body.line("slot") + " until " + body.line("expiresAt");
      case DRIFT -> body.line("drift") + ": " + body.line("detail");
      case REVOCATION -> "towards " + body.line("next") + ": " + body.line("reason");
      case REVOCATION_PROVED -> {
        Told proof = body.at("proof");
        int ended = proof.number("leasesFound");
        yield "no role, no token left; "
            + ended
            + (ended == 1 ? " token was ended" : " tokens were ended");
      }
      case SUPERSEDED -> "by " + body.line("by");
      case STATE, COMPLETE, SUSPENDED, REMINDER -> stateAndDetail(body);
      case SWEEP -> "slot " + body.line("slot") + ": " + body.line("reason");
      case ALARM -> body.has("detail") ? body.line("detail") : "slot wanted by " + body.line("by");
      case DECISION ->
          body.line("outcome") + ", " + body.texts("signOffs").size() + " sign-offs counted";
      case EMERGENCY ->
          body.line("incident")
              + ": "
              + body.line("reason")
              + "; told "
              + String.join(", ", body.texts("people"));
      case EMERGENCY_REVIEWED -> body.texts("signOffs").size() + " sign-offs counted";
      case DECISIONS ->
          "node "
              + body.line("node")
              + ", batch "
              + body.number("number")
              + ": "
              + body.line("from")
              + " to "
              + body.line("to");
      case RIGHTS -> "judged by approvers " + body.line("approversDigest");
    };
  }

  private static String stateAndDetail(Told body) {
    String detail = body.line("detail");
    return body.line("state") + (detail.isBlank() || detail.equals("null") ? "" : ": " + detail);
  }
}
