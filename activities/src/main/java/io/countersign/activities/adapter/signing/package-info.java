/**
 * Formats of signatures: DSSE, in-toto, PEM, OpenSSH, JWT. The command line uses it too, so nothing
 * here is slow to load. Never decides whether a person's voice counts, and never lets a private key
 * or a token reach a text.
 */
@NullMarked
package io.countersign.activities.adapter.signing;

import org.jspecify.annotations.NullMarked;
