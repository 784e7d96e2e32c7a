/**
 * Verifies evidence as somebody does who does not trust the gate's operators: a bundle with a trust
 * file, and a whole store (docs/evidence.md, "What evidence verify checks"). Touches nothing that
 * it looks at, and never says that something is proved that it did not look at.
 */
@NullMarked
package io.countersign.activities.audit;

import org.jspecify.annotations.NullMarked;
