/**
 * What the Vault policies and tools of a release mean: within the tier's bounds, against its
 * predecessor, and together with what else is live. Never asks Vault.
 */
@NullMarked
package io.countersign.activities.check.scope;

import org.jspecify.annotations.NullMarked;
