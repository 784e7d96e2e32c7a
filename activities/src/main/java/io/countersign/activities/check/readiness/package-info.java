/**
 * Whether a release can be deployed and taken back: its image, its way back, and a test or an
 * endpoint that speaks of exactly this image and model. Never starts anything, and never takes an
 * answer that it could not read for a good one.
 */
@NullMarked
package io.countersign.activities.check.readiness;

import org.jspecify.annotations.NullMarked;
