/**
 * The demonstration: plays releases through the gate on local engines and says what was expected
 * and seen.
 */
@NullMarked
package io.countersign.worker.demo;

import org.jspecify.annotations.NullMarked;
