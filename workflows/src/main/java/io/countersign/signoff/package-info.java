/** Statements by people: sign-offs and orders, as verified. Never verifies a signature itself. */
@NullMarked
package io.countersign.signoff;

import org.jspecify.annotations.NullMarked;
