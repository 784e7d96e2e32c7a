/**
 * What one release's record tells to people: a value made of entries, frozen data and a verdict,
 * without any engine. Holds how entries are read for people, and which standards they are evidence
 * for. Never decides, never verifies more than which key signed, and lets no foreign text through
 * that controls, reorders or hides text.
 */
@NullMarked
package io.countersign.activities.report;

import org.jspecify.annotations.NullMarked;
