/**
 * Payloads on their way through Temporal, sealed: what a sender needs (a public key), what a reader
 * needs (Vault, or a worker's codec endpoint), and what becomes of payloads that are not sealed.
 * Decides nothing about releases, and never throws at what somebody else has sent.
 */
@NullMarked
package io.countersign.worker.codec;

import org.jspecify.annotations.NullMarked;
