/**
 * The control record in PostgreSQL (14 or newer): plain JDBC, one transaction per operation,
 * constraints and triggers in {@code db/migration}. The only place that knows SQL; never decides
 * anything that a constraint can decide.
 */
@NullMarked
package io.countersign.activities.adapter.postgres;

import org.jspecify.annotations.NullMarked;
