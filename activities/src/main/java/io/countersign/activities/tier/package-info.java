/**
 * Which tier a release falls into, and why: by facts, and by nothing that its submitter may choose
 * freely. The only room that knows CEL. A pure function of gate policy, manifest, changes and
 * scope, so that the gate, the plan and an auditor get the same tier; it never answers a lower one
 * because it could not tell.
 */
@NullMarked
package io.countersign.activities.tier;

import org.jspecify.annotations.NullMarked;
