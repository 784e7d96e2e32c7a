/**
 * Makes the record prove itself: seals entries, has the gate's statements signed, has seals stamped
 * and writes bundles (docs/evidence.md). Decides nothing about a release, and no release waits for
 * it.
 */
@NullMarked
package io.countersign.activities.evidence;

import org.jspecify.annotations.NullMarked;
