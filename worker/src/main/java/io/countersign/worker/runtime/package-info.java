/**
 * The decision point over HTTP: OpenID AuthZEN Authorization API 1.0, and a process that serves it.
 * Decides nothing: it reads requests, bounds them and writes what the room decided.
 */
@NullMarked
package io.countersign.worker.runtime;

import org.jspecify.annotations.NullMarked;
