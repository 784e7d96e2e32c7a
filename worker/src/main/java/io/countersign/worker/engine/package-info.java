/**
 * Local engines for people who try Countersign: starts, prepares and stops them. Never used by
 * {@code serve}.
 */
@NullMarked
package io.countersign.worker.engine;

import org.jspecify.annotations.NullMarked;
