/**
 * Files that people write, and files that are released: read strictly, from places that the gate
 * trusts, with limits. Never follows a link, never reads a document whole before its size is known
 * to be small.
 */
@NullMarked
package io.countersign.activities.adapter.files;

import org.jspecify.annotations.NullMarked;
