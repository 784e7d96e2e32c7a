/** What activities need from the world, in the gate's own nouns. Never names a technology. */
@NullMarked
package io.countersign.activities.port;

import org.jspecify.annotations.NullMarked;
