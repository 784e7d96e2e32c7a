package io.countersign.archsample.activities;

/** Stands for the activities module, which a room may not know. */
public final class SampleActivities {}
