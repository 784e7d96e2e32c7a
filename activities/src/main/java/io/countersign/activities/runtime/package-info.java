/**
 * Decides requests of live releases: the order of the questions, the approved ceiling, approved
 * policies by their digest. Must never know HTTP, SQL or the policy engine, wait for a network
 * while somebody asks, or answer with an allowance that is not the last line of everything.
 */
@NullMarked
package io.countersign.activities.runtime;

import org.jspecify.annotations.NullMarked;
