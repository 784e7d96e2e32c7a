/**
 * The rules of the gate: tiers, requirements, systems, approvers. Pure values; never reads a file.
 */
@NullMarked
package io.countersign.policy;

import org.jspecify.annotations.NullMarked;
