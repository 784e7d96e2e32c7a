package io.countersign.gate;

import io.countersign.activity.Submission;
import org.jspecify.annotations.Nullable;

/**
 * @param carried what an earlier run of the same release hands on; null at the start
 */
public record GateInput(Submission submission, @Nullable Memory carried) {}
