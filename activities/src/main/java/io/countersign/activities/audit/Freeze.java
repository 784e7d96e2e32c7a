package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.release.Bounds;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Intake;
import io.countersign.activities.tier.Tiers;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads how a release was frozen from the gate's statement, and holds it against the entries
 * SUBMITTED and RESOLVED and against the rules that they name.
 */
final class Freeze {
  private final DocumentParser parser;
  private final Told submitted;
  private final Told resolved;
  private final @Nullable Numbered submission;
  private final JsonNode predicate;
  private final long line;

  /**
   * @param submission null where a CI run submitted
   */
  Freeze(
      DocumentParser parser,
      Told submitted,
      @Nullable Numbered submission,
      Told resolved,
      Numbered said) {
    JsonNode statement = said.line().statement();
    this.parser = parser;
    this.submitted = submitted;
    this.submission = submission;
    this.resolved = resolved;
    this.predicate = statement.path("predicate");
    this.line = said.number();
    try {
      Subjects.require(statement, subjects(), line);
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  private ArrayNode subjects() {
    ArrayNode subjects =
        Subjects.of(
            Json.text(predicate, "release"), Digest.parse(Json.text(predicate, "releaseDigest")));
    predicate
        .path("manifest")
        .path("subjects")
        .properties()
        .forEach(
            named ->
                Subjects.with(
                    subjects, named.getKey(), Digest.parse(Json.text(named.getValue(), "digest"))));
    return subjects;
  }

  /** The dossier; FOREIGN_LINE where the statement is not what the entries say. */
  Dossier dossier(Rules rules) {
    try {
      FrozenRelease frozen = frozen();
      requireSame("gateDigest", rules.gateDigest().toString(), resolved.text("gateDigest"));
      requireSame(
          "approversDigest", rules.approversDigest().toString(), resolved.text("approversDigest"));
      requireTold();
      requireRun(rules);
      Manifest manifest = parser.manifest(Json.object(predicate, "manifest"));
      if (!manifest.id().equals(frozen.id())) {
        throw foreign("the manifest is of " + manifest.id());
      }
      Tier tier =
          rules.policy().tiers().stream()
              .filter(one -> one.name().equals(frozen.tier()))
              .findFirst()
              .orElseThrow(() -> foreign("the rules have no tier " + frozen.tier()));
      SystemPolicy system =
          rules
              .policy()
              .system(frozen.id().environment(), frozen.id().system())
              .orElseThrow(() -> foreign("the rules have no such system"));
      return new Dossier(frozen, manifest, rules.policy(), tier, system);
    } catch (GateException e) {
      throw foreign(Unfit.detail(e));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw unreadable(e);
    }
  }

  private FrozenRelease frozen() {
    @Nullable ReleaseId predecessor =
        predicate.hasNonNull("predecessor")
            ? ReleaseId.parse(Json.text(predicate, "predecessor"))
            : null;
    // What a bundle does not hold stays empty, and nothing here asks for it.
    return new FrozenRelease(
        ReleaseId.parse(Json.text(predicate, "release")),
        Digest.parse(Json.text(predicate, "releaseDigest")),
        Json.text(predicate, "submitter"),
        "{}",
        Dossiers.document(Json.object(predicate, "manifest")),
        Digest.parse(Json.text(predicate, "gateDigest")),
        Digest.parse(Json.text(predicate, "approversDigest")),
        1,
        Json.text(predicate, "tier"),
        Dossiers.document(Json.object(predicate, "requirements")),
        predecessor,
        scope(),
        Json.hashedTime(predicate, "frozenAt"));
  }

  /** What the record tells of the scope: how it differs; the bodies come with the review. */
  private JsonDocument scope() {
    ObjectNode scope = JsonNodeFactory.instance.objectNode();
    resolved.body().path("changes").forEach(change -> scope.withArray("changes").add(change));
    return Dossiers.document(scope);
  }

  private void requireTold() {
    requireSame("release", Json.text(predicate, "release"), resolved.entry().release().toString());
    requireSame(
        "releaseDigest", Json.text(predicate, "releaseDigest"), submitted.text("releaseDigest"));
    requireSame("submitter", Json.text(predicate, "submitter"), submitted.text("submitter"));
    requireSame("tier", Json.text(predicate, "tier"), resolved.text("tier"));
    requireSame("gateDigest", Json.text(predicate, "gateDigest"), resolved.text("gateDigest"));
    requireSame(
        "approversDigest",
        Json.text(predicate, "approversDigest"),
        resolved.text("approversDigest"));
    requireSame(
        "predecessor",
        predicate.path("predecessor").asText(""),
        resolved.body().hasNonNull("predecessor") ? resolved.text("predecessor") : "");
    Numbered sent = submission;
    requireSame(
        "submission",
        predicate.path("submission").asText(""),
        sent == null ? "" : Dossiers.document(sent.line().envelope()).digest().toString());
    if (!predicate.path("ci").equals(submitted.body().path("ci"))) {
      throw foreign("ci: the statement says something else than the record");
    }
  }

  /** A CI run came in by a rule of the gate policy. */
  private void requireRun(Rules rules) {
    JsonNode run = submitted.body().path("ci");
    boolean known =
        rules.policy().ci().stream()
            .anyMatch(
                rule ->
                    rule.name().equals(run.path("rule").asText())
                        && rule.issuer().equals(run.path("issuer").asText()));
    if (run.isObject() && !known) {
      throw foreign("ci: the gate policy has no such rule");
    }
  }

  /** What the tier's rules give; nothing when they hold. */
  static Optional<String> outsideRules(Dossier dossier, Told resolved) {
    List<Change> changes = new ArrayList<>();
    resolved.body().path("changes").forEach(change -> changes.add(Change.parse(change.asText())));
    Tier wanted;
    try {
      wanted =
          Tiers.choose(dossier.policy(), dossier.manifest(), changes, dossier.frozenPolicies())
              .tier();
    } catch (GateException none) {
      return Optional.of(Unfit.detail(none));
    }
    if (!wanted.name().equals(dossier.tier().name())) {
      return Optional.of(
          "the rules give this release tier "
              + wanted.name()
              + ", it was frozen in tier "
              + dossier.tier().name());
    }
    if (!Intake.requirements(dossier.tier()).equals(dossier.frozen().requirements())) {
      return Optional.of("the frozen requirements are not those of tier " + dossier.tier().name());
    }
    try {
      Bounds.requireWithin(dossier.system(), dossier.manifest());
      Bounds.requireWithin(dossier.tier(), dossier.manifest());
      return Optional.empty();
    } catch (GateException outside) {
      return Optional.of(Unfit.detail(outside));
    }
  }

  private void requireSame(String field, String said, String told) {
    if (!said.equals(told)) {
      throw foreign(field + ": the statement says something else than the record");
    }
  }

  private Unfit foreign(String detail) {
    return new Unfit(Flaw.FOREIGN_LINE, line, resolved.seq(), detail);
  }

  private Unfit unreadable(RuntimeException e) {
    return new Unfit(
        Flaw.UNREADABLE,
        line,
        resolved.seq(),
        "how the release was frozen cannot be read: " + String.valueOf(e.getMessage()));
  }
}
