/**
 * From a signed submission to a review: freezes rules, reads the record back. Never writes to
 * Vault.
 */
@NullMarked
package io.countersign.activities.release;

import org.jspecify.annotations.NullMarked;
