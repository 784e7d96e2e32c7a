package io.countersign.activities.audit;

import io.countersign.release.Digest;
import io.countersign.signoff.SignOff;
import java.time.Instant;

/**
 * A sign-off of the record, as verified.
 *
 * @param seq its entry
 * @param at when the gate says that it came
 * @param payload digest of its DSSE payload
 */
record Voice(SignOff signOff, long seq, Instant at, Digest payload) {}
