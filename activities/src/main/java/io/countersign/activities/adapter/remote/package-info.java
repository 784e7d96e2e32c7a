/**
 * Subjects and evidence from elsewhere than a file root: https, and what speaks over it. Reads only
 * what the gate policy names, whatever a manifest, a redirect or a server says; streams, so that
 * memory does not grow with a subject; never writes, and never shows a secret or a foreign body in
 * a failure.
 */
@NullMarked
package io.countersign.activities.adapter.remote;

import org.jspecify.annotations.NullMarked;
