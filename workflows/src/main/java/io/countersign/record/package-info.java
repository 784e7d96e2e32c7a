/**
 * The values of the change record: frozen releases, entries, grants as recorded. Pure values; the
 * store is an activity's port. Never holds a secret value and never decides.
 */
@NullMarked
package io.countersign.record;

import org.jspecify.annotations.NullMarked;
