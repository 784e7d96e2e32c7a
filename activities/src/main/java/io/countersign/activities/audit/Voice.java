package io.countersign.activities.audit;

import io.countersign.release.Digest;
import io.countersign.signoff.SignOff;

/**
 * A sign-off of the record, as verified.
 *
 * @param seq its entry
 * @param payload digest of its DSSE payload
 */
record Voice(SignOff signOff, long seq, Digest payload) {}
