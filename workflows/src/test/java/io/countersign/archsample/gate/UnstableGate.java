package io.countersign.archsample.gate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Calls everything that workflow code must not call. */
public final class UnstableGate {
  List<Object> time() {
    return List.of(Instant.now(), Clock.systemUTC(), System.currentTimeMillis(), System.nanoTime());
  }

  List<Object> chance() {
    return List.of(new Random(), Math.random(), new SecureRandom(), ThreadLocalRandom.current());
  }

  UUID identity() {
    return UUID.randomUUID();
  }

  List<Object> environment() {
    return List.of(System.getenv(), System.getProperty("user.name"), Locale.getDefault());
  }

  List<Object> threads() {
    return List.of(
        Thread.currentThread(),
        Executors.newCachedThreadPool(),
        new CompletableFuture<>(),
        new ReentrantLock(),
        List.of().parallelStream());
  }

  List<Object> order() {
    return List.of(
        new HashMap<>(),
        new HashSet<>(),
        Map.of("a", 1),
        Set.of("a"),
        Stream.of("a").collect(Collectors.toSet()));
  }

  List<Object> loggers() {
    return List.of(
        LoggerFactory.getLogger("gate"), System.out, java.util.logging.Logger.getGlobal());
  }

  List<Object> world() {
    return List.of(Runtime.getRuntime(), Files.exists(Path.of("release")));
  }

  synchronized void lock() {}
}
