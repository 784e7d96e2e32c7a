/** The kinds of entries of the change record. Pure values; the store is an activity's port. */
@NullMarked
package io.countersign.record;

import org.jspecify.annotations.NullMarked;
