/** Puts the worker together from its settings. Decides nothing about a release. */
@NullMarked
package io.countersign.worker.config;

import org.jspecify.annotations.NullMarked;
