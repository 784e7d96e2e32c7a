/**
 * The access of a release: identity, grant, revocation, watch. Trusts the record and signatures,
 * never a history.
 */
@NullMarked
package io.countersign.activities.grant;

import org.jspecify.annotations.NullMarked;
