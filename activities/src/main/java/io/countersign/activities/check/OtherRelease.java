package io.countersign.activities.check;

import io.countersign.activities.release.Standing;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Another release as the record tells.
 *
 * @param wasLive whether it ever had access
 * @param lastApproval when somebody last approved it; null when nobody did
 */
public record OtherRelease(boolean wasLive, Standing standing, @Nullable Instant lastApproval) {}
