package io.countersign.gate;

import io.countersign.activity.DecisionView;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import org.jspecify.annotations.Nullable;

/**
 * Answers an update.
 *
 * @param statement what was recorded
 * @param decision what is still missing
 */
public record Receipt(
    ReleaseId release,
    GateState state,
    @Nullable Digest statement,
    String detail,
    @Nullable DecisionView decision) {}
