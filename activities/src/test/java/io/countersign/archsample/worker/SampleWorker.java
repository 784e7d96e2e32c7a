package io.countersign.archsample.worker;

/** Stands for the worker module, which an activity may not know. */
public final class SampleWorker {}
