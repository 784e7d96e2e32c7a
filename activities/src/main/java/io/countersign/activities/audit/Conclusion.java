package io.countersign.activities.audit;

import io.countersign.activities.release.Dossier;
import io.countersign.release.ReleaseId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in sentences what a verified bundle proves, and what it does not. */
final class Conclusion {
  private final AuditTools tools;
  private final Chain chain;
  private final Story story;
  private final Stamps stamps;

  Conclusion(AuditTools tools, Chain chain, Story story, Stamps stamps) {
    this.tools = tools;
    this.chain = chain;
    this.story = story;
    this.stamps = stamps;
  }

  Audit audit(List<Finding> findings, long lines) {
    Stamps.Anchor anchor = stamps.anchor();
    @Nullable ReleaseId release = chain.release();
    return new Audit(
        release,
        story.dossier().map(dossier -> dossier.frozen().releaseDigest()).orElse(null),
        findings,
        lines,
        chain.seq(),
        chain.head(),
        story.end().orElse(null),
        anchor == null ? 0 : anchor.seq(),
        anchor == null ? null : anchor.at(),
        findings.isEmpty() ? proved() : List.of(),
        notProved());
  }

  private List<String> proved() {
    List<String> proved = new ArrayList<>();
    proved.add(
        "Entries 1 to "
            + chain.seq()
            + " are linked without a gap; every signature, digest and document that they name is there and holds.");
    story.dossier().ifPresent(dossier -> rules(proved, dossier));
    proved.addAll(Account.of(story));
    story.reported().ifPresent(reported -> proved.addAll(reported.proved()));
    return proved;
  }

  private void rules(List<String> proved, Dossier dossier) {
    if (tools.approval() != null) {
      proved.add(
          "Two policy owners of the trust file signed every rule file that was used; "
              + "the release ran in tier "
              + dossier.tier().name()
              + ".");
    }
  }

  private List<String> notProved() {
    List<String> open = new ArrayList<>();
    anchors(open);
    if (tools.approval() == null) {
      open.add(
          "Who put the rules and the approvers in force: the trust file says nobody signs them.");
    }
    if (story.byCi()) {
      open.add(
          "Who submitted, and so that nobody approved what was their own: it was a CI run, and its"
              + " token is not in the bundle; that is the gate's word.");
    }
    story
        .dossier()
        .ifPresent(
            dossier ->
                open.add(
                    dossier.frozen().predecessor() == null
                        ? "That nothing of this system was live before, which has a say in the tier."
                        : "How it differs from "
                            + dossier.frozen().predecessor()
                            + ", which has a say in the tier: that is in the other's evidence."));
    story
        .end()
        .filter(end -> story.ends().byTheGate())
        .ifPresent(
            end ->
                open.add(
                    "Why the record ended as "
                        + end
                        + ": no order says so; that is the gate's word."));
    if (!story.spans().isEmpty()) {
      story.reported().ifPresent(reported -> open.addAll(reported.notProved()));
    }
    open.add("What the checks' documents claim, and what Vault answered: the gate says so.");
    open.add("What a workload did with a secret that it had read.");
    open.add("That nothing was left out of the record before it was written.");
    return open;
  }

  private void anchors(List<String> open) {
    Stamps.Anchor anchor = stamps.anchor();
    if (tools.stamps() == null) {
      open.add(
          "Any time: the trust file names no time-stamp authority"
              + (stamps.seen() ? ", and the time stamps were not verified." : "."));
    }
    if (tools.stamps() != null && !stamps.unstamped().isEmpty()) {
      open.add(
          "When entries "
              + stamps.unstamped()
              + " were signed, but for the gate's own clock: no authority stamped them.");
    }
    if (anchor == null) {
      open.add(
          "That the record was not replaced as a whole: proved to entry "
              + chain.seq()
              + ", not anchored.");
    } else if (anchor.seq() < chain.seq()) {
      open.add(
          "That entries after "
              + anchor.seq()
              + " were not replaced: proved to entry "
              + chain.seq()
              + ", anchored to entry "
              + anchor.seq()
              + ".");
    }
  }
}
