/** What a check is asked and what it answers. Pure values; the work is done in activities. */
@NullMarked
package io.countersign.check;

import org.jspecify.annotations.NullMarked;
