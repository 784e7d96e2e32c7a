/**
 * Whether what is done is written down: in Vault, and by the workload. Connects to nothing but log
 * sinks that the tier lists, and sends them no data.
 */
@NullMarked
package io.countersign.activities.check.logging;

import org.jspecify.annotations.NullMarked;
