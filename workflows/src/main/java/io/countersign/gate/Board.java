package io.countersign.gate;

import io.countersign.activity.CheckVerdict;
import io.countersign.activity.Resolution;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributeUpdate;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sees in the Temporal UI without any other tool: search attributes and the
 * current details.
 */
public final class Board {
  public static final SearchAttributeKey<String> STATE = SearchAttributeKey.forKeyword("GateState");
  public static final SearchAttributeKey<String> TIER = SearchAttributeKey.forKeyword("GateTier");
  public static final SearchAttributeKey<String> SYSTEM =
      SearchAttributeKey.forKeyword("GateSystem");
  public static final SearchAttributeKey<String> ENVIRONMENT =
      SearchAttributeKey.forKeyword("GateEnvironment");
  public static final SearchAttributeKey<List<String>> AWAITING =
      SearchAttributeKey.forKeywordList("GateAwaiting");
  public static final SearchAttributeKey<String> DIGEST =
      SearchAttributeKey.forKeyword("GateDigest");

  private @Nullable GateState shownState;
  private @Nullable String shownTier;
  private List<String> shownAwaiting = List.of();

  /** Shows the state; costs history only when a search attribute really changes. */
  void show(ReleaseId release, Memory memory) {
    List<SearchAttributeUpdate<?>> updates = new ArrayList<>();
    if (shownState == null && memory.state == GateState.SUBMITTED) {
      // The first upsert waits for the first turn: whoever started the release has already set what
      // is known.
      Workflow.setCurrentDetails(details(release, memory));
      return;
    }
    if (shownState == null) {
      updates.add(SYSTEM.valueSet(release.system()));
      updates.add(ENVIRONMENT.valueSet(release.environment()));
    }
    if (memory.state != shownState) {
      updates.add(STATE.valueSet(memory.state.name()));
      shownState = memory.state;
    }
    Resolution resolution = memory.resolution;
    if (resolution != null && !resolution.tier().equals(shownTier)) {
      updates.add(TIER.valueSet(resolution.tier()));
      updates.add(DIGEST.valueSet(resolution.releaseDigest().toString()));
      shownTier = resolution.tier();
    }
    List<String> awaiting = awaiting(memory);
    if (!awaiting.equals(shownAwaiting)) {
      updates.add(awaiting.isEmpty() ? AWAITING.valueUnset() : AWAITING.valueSet(awaiting));
      shownAwaiting = awaiting;
    }
    if (!updates.isEmpty()) {
      Workflow.upsertTypedSearchAttributes(updates.toArray(new SearchAttributeUpdate<?>[0]));
    }
    Workflow.setCurrentDetails(details(release, memory));
  }

  private static List<String> awaiting(Memory memory) {
    return memory.state == GateState.AWAITING_SIGN_OFF && memory.decision != null
        ? memory.decision.awaiting()
        : List.of();
  }

  private static String details(ReleaseId release, Memory memory) {
    StringBuilder text = new StringBuilder();
    text.append("### ").append(release).append(" is ").append(memory.state).append('\n');
    Resolution known = memory.resolution;
    line(text, "Emergency", known == null ? null : known.emergency());
    line(text, "To be reviewed by", memory.reviewBy);
    line(text, "Why", memory.why());
    line(text, "Trouble", memory.trouble);
    Resolution resolution = memory.resolution;
    if (resolution != null) {
      line(text, "Tier", resolution.tier());
      line(text, "Submitted by", resolution.submitter());
      line(text, "Predecessor", resolution.predecessor());
      List<String> differences = resolution.differences();
      if (differences != null) {
        differences.forEach(sentence -> line(text, "Difference", sentence));
      }
    }
    line(text, "Release digest", resolution == null ? null : resolution.releaseDigest());
    line(text, "Review digest", memory.reviewDigest);
    if (memory.decision != null && memory.state == GateState.AWAITING_SIGN_OFF) {
      memory
          .decision
          .people()
          .forEach(r -> line(text, "Awaiting", r.quorum() + " × " + r.function()));
      memory.decision.checks().forEach(check -> line(text, "Awaiting a waiver", check));
    }
    if (memory.decision != null) {
      memory.decision.waivers().forEach(waiver -> line(text, "Waiver", waiver.words()));
    }
    for (CheckVerdict check : memory.checks) {
      line(text, check.check(), check.outcome() + ": " + check.summary());
    }
    memory.said.forEach(said -> line(text, said.person(), said.what() + " (" + said.at() + ")"));
    if (memory.refusals + memory.unreadable > 0) {
      line(text, "Refused messages", memory.refusals + ", unreadable " + memory.unreadable);
    }
    line(text, "Frozen until", memory.heldUntil());
    line(text, "Slot", memory.slot);
    line(text, "Valid until", memory.state == GateState.LIVE ? memory.expiresAt : null);
    line(text, "Ends early with", memory.state == GateState.LIVE ? memory.endsBy : null);
    line(text, "Superseded by", memory.successor);
    line(text, "Access ends by cutover at", memory.cutoverEndsAt);
    line(text, "Waits until", memory.waitsUntil);
    line(text, "Access proved dead at", memory.revokedAt);
    return text.toString();
  }

  private static void line(StringBuilder text, String label, @Nullable Object value) {
    if (value != null) {
      text.append("- **").append(label).append("**: ").append(value).append('\n');
    }
  }
}
