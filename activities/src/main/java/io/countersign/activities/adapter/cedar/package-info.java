/**
 * Runtime policies in Cedar, by the engine of its authors: a native library. It is never handed
 * what could exhaust its stack, which would end the whole process; whatever it does not answer with
 * a plain yes is a no. The only package that knows Cedar.
 */
@NullMarked
package io.countersign.activities.adapter.cedar;

import org.jspecify.annotations.NullMarked;
