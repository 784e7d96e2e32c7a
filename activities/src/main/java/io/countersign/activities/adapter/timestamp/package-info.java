/**
 * Time stamps of RFC 3161, asked for over HTTP and verified with Bouncy Castle. Answers nothing
 * that was not verified.
 */
@NullMarked
package io.countersign.activities.adapter.timestamp;

import org.jspecify.annotations.NullMarked;
