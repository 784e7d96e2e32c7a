/**
 * The third line of defence: finds access that no running workflow answers for and ends it. Never
 * grants anything, never believes absence at once, and never acts on what it could not look at.
 */
@NullMarked
package io.countersign.activities.sweep;

import org.jspecify.annotations.NullMarked;
