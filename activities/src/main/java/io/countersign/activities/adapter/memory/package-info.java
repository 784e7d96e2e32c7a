/**
 * Twins of the adapters that live in this process's memory, for tests and for a demonstration
 * without engines. Their names begin with {@code Unsafe}: what they hold is gone with the process.
 */
@NullMarked
package io.countersign.activities.adapter.memory;

import org.jspecify.annotations.NullMarked;
