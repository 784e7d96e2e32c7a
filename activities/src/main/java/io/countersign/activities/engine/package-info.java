/**
 * Servers that the gate starts itself on a machine without them: for demonstrations, tests and a
 * first look. Loopback only; stops what it started and nothing else. Never part of a production
 * set-up.
 */
@NullMarked
package io.countersign.activities.engine;

import org.jspecify.annotations.NullMarked;
