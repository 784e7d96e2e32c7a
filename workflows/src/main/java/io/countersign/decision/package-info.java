/**
 * The one place that decides. Pure functions of rules, checks and sign-offs; no clock of its own.
 */
@NullMarked
package io.countersign.decision;

import org.jspecify.annotations.NullMarked;
