/**
 * Tells people through an HTTP endpoint of theirs. Sends identifiers and plain words, never
 * evidence or secrets.
 */
@NullMarked
package io.countersign.activities.adapter.webhook;

import org.jspecify.annotations.NullMarked;
