/** The closed catalogue of failures and the only place that makes Temporal failures of them. */
@NullMarked
package io.countersign.failure;

import org.jspecify.annotations.NullMarked;
