/**
 * Models that were signed with OpenSSF Model Signing, by a key or by a certificate: verification of
 * the signature and of every file against it. Never signs, never asks the network, and knows no
 * keyless signature.
 */
@NullMarked
package io.countersign.activities.check.modelsigning;

import org.jspecify.annotations.NullMarked;
