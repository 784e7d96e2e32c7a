package io.countersign.activity;

import io.countersign.release.ReleaseId;

/**
 * The argument of every check. The activity type is the check's name; everything else is read from
 * the record and from the bytes, so that a caller can choose which check runs but not what it sees.
 *
 * @param round of checks, from 1
 */
public record CheckRequest(ReleaseId release, int round) {}
