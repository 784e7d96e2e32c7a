/** The command line. Knows no Spring and no Temporal client; never prints a secret. */
@NullMarked
package io.countersign.worker.cli;

import org.jspecify.annotations.NullMarked;
