package io.countersign.activities.port;

/**
 * One line of what a dependency must fulfil before the worker starts.
 *
 * @param need what is needed, as a short phrase
 * @param detail what was found, or the setting that mends it; never a secret
 */
public record Readiness(String need, boolean ready, String detail) {}
