/**
 * Pages for people, made from values: the report of a release as HTML and as Markdown, and the page
 * of the standards map. Same value, same bytes. Never reads a record, never decides, and writes no
 * foreign text that is not escaped.
 */
@NullMarked
package io.countersign.worker.page;

import org.jspecify.annotations.NullMarked;
