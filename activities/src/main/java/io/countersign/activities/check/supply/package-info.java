/**
 * Whether everything that a release depends on comes from a supplier that the rules list. Never
 * asks a supplier; never lets a release say what it is allowed.
 */
@NullMarked
package io.countersign.activities.check.supply;

import org.jspecify.annotations.NullMarked;
