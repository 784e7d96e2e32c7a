/** Tests of the pages: lives of releases written by hand, and what a reader finds on them. */
@NullMarked
package io.countersign.worker.page;

import org.jspecify.annotations.NullMarked;
