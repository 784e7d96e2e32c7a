/**
 * Measures the gate against bare workflows and bare calls, on real engines of this machine, in one
 * run: ratios, never a pass or a failure of a build. Nothing here runs in {@code verify}, and no
 * product code depends on it.
 */
@NullMarked
package io.countersign.bench;

import org.jspecify.annotations.NullMarked;
