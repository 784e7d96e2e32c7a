package io.countersign.activities.report;

import io.countersign.activities.report.ReleaseReport.ChangeNote;
import io.countersign.release.Change;

/** What each kind of change means, in a sentence. */
final class ChangeWords {
  private ChangeWords() {}

  static ChangeNote of(Change change) {
    return new ChangeNote(
        change.toString(),
        switch (change) {
          case FIRST_RELEASE -> "First release of this system here: there is nothing to compare.";
          case MODEL -> "The model's bytes are others.";
          case DATASET -> "The dataset's bytes are others.";
          case PROMPTS -> "The prompts are others.";
          case POLICY -> "The runtime policy is another.";
          case IMAGE -> "The workload runs another image.";
          case PROFILE ->
              "Exposure, autonomy, data classes, intended use or impact are described otherwise.";
          case DEPENDENCIES -> "The declared dependencies are others.";
          case SCOPE_WIDENED ->
              "The Vault policies, or the identity that gets them, allow more than before.";
          case SCOPE_NARROWED -> "Some of what the Vault policies allowed is no longer asked for.";
          case TOOLS_WIDENED -> "A tool or a permission was added.";
          case TTL_WIDENED -> "Tokens or the whole access live longer than before.";
          case POLICY_WIDENED -> "The runtime policy may permit more than before.";
        },
        change == Change.SCOPE_WIDENED
            || change == Change.TOOLS_WIDENED
            || change == Change.TTL_WIDENED
            || change == Change.POLICY_WIDENED);
  }
}
