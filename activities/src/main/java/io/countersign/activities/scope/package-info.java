/**
 * What Vault policies mean: their text as paths and capabilities, and whether one set allows more
 * than another. Never asks Vault; what it does not understand it refuses.
 */
@NullMarked
package io.countersign.activities.scope;

import org.jspecify.annotations.NullMarked;
