/**
 * Whether static secrets were rotated. Sees paths and times of key-value secrets, never what they
 * hold; what a wildcard matches is asked of Vault, within limits.
 */
@NullMarked
package io.countersign.activities.check.rotation;

import org.jspecify.annotations.NullMarked;
