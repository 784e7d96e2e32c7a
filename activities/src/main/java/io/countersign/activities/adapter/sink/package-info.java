/**
 * Whether log sinks answer. Opens a connection or asks for a head, sends no data, follows nothing.
 */
@NullMarked
package io.countersign.activities.adapter.sink;

import org.jspecify.annotations.NullMarked;
