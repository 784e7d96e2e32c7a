package io.countersign.gate;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs a class twice: with a worker that keeps its workflows, and with one that keeps none, so that
 * every workflow task replays the whole history.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "workflow cache {0}")
@ValueSource(ints = {600, 0})
@interface EveryCache {}
