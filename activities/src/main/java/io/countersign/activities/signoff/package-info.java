/**
 * What people, CI systems and workers say, before and after it is verified, and the keys they say
 * it with. Never parses a file format and never decides whether a voice counts.
 */
@NullMarked
package io.countersign.activities.signoff;

import org.jspecify.annotations.NullMarked;
