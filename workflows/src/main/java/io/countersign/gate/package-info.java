/**
 * The workflow of one release. Deterministic: no clock, random, threads, environment or hash
 * collections.
 */
@NullMarked
package io.countersign.gate;

import org.jspecify.annotations.NullMarked;
