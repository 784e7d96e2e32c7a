/** What is released: identity, manifest, digests. Pure values; no clock, no files, no Temporal. */
@NullMarked
package io.countersign.release;

import org.jspecify.annotations.NullMarked;
