/**
 * Which releases may be decided for, from what the record tells. Judges readings and keeps the
 * newest in memory; never takes a notification for the truth, never lets anybody wait.
 */
@NullMarked
package io.countersign.activities.live;

import org.jspecify.annotations.NullMarked;
