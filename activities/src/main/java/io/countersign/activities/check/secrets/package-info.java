/**
 * Whether secrets lie in a release: reports of scanners in SARIF, and the gate's own scan of texts.
 * Reads reports token by token within fixed memory. Never shows what a scanner found, only its
 * rule, file and line.
 */
@NullMarked
package io.countersign.activities.check.secrets;

import org.jspecify.annotations.NullMarked;
