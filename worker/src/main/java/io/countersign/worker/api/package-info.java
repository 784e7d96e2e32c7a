/**
 * The worker's HTTP interface: reads of the record for people and programs without a login to the
 * database. Never writes to the record, never decides about a release, never answers whoever did
 * not sign, and never lets a foreign exception's text out.
 */
@NullMarked
package io.countersign.worker.api;

import org.jspecify.annotations.NullMarked;
