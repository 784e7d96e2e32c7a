package io.countersign.archsample.adapter;

/** Stands for an adapter, which a room may not know. */
public final class SampleAdapter {}
