/** What the workflow tells the record. Can tell of a no, never of a yes. */
@NullMarked
package io.countersign.activities.record;

import org.jspecify.annotations.NullMarked;
