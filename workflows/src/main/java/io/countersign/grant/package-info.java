/**
 * The access a release holds, and the proofs of its beginning and end. Never holds a secret value.
 */
@NullMarked
package io.countersign.grant;

import org.jspecify.annotations.NullMarked;
