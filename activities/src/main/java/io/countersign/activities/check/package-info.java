/**
 * What the gate looks at by itself. A check reads the manifest, the bytes and the scope, and
 * answers pass or fail with findings; trouble with machinery is an exception and never a fail.
 * Never writes, never reads a clock, never calls an adapter.
 */
@NullMarked
package io.countersign.activities.check;

import org.jspecify.annotations.NullMarked;
