package io.countersign.activities.check;

import io.countersign.activities.port.AuditDevices;
import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.Lookouts;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.Reachability;
import io.countersign.activities.port.SecretScanner;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.release.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a check can look through, of which one at most shows something else than it
 * should. It remembers which were used.
 */
final class Eyes {
  /** What happens instead of an answer. */
  @FunctionalInterface
  interface Fault {
    /** Stands in for a document or for every file of a subject, or throws. */
    byte[] bytes(byte[] sound);
  }

  private final @Nullable String broken;
  private final Fault fault;
  final SortedSet<String> used = new TreeSet<>();

  private Eyes(@Nullable String broken, Fault fault) {
    this.broken = broken;
    this.fault = fault;
  }

  static Eyes sound() {
    return new Eyes(null, sound -> sound);
  }

  static Eyes broken(String eye, Fault fault) {
    return new Eyes(eye, fault);
  }

  private boolean isBroken(String eye) {
    used.add(eye);
    return eye.equals(broken);
  }

  SubjectSource over(SubjectSource source) {
    return new SubjectSource() {
      @Override
      public SubjectDigest digest(String uri, Progress progress) {
        if (!isBroken("subject " + uri)) {
          return source.digest(uri, progress);
        }
        byte[] bytes = fault.bytes(new byte[] {1});
        return new SubjectDigest(Digest.of(bytes), bytes.length, 1);
      }

      @Override
      public SubjectListing read(
          String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
        return isBroken("subject " + uri)
            ? listing(source, uri, readers.get(), progress)
            : source.read(uri, readers, progress);
      }

      @Override
      public byte[] document(String uri, Progress progress) {
        return isBroken("document " + uri)
            ? fault.bytes(source.document(uri, progress))
            : source.document(uri, progress);
      }
    };
  }

  private SubjectListing listing(
      SubjectSource source, String uri, SubjectReader reader, Progress progress) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    source.read(
        uri,
        () -> (path, size, bytes) -> files.put(path, fault.bytes(bytes.readAllBytes())),
        progress);
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        byte[] bytes = file.getValue();
        reader.file(file.getKey(), bytes.length, new ByteArrayInputStream(bytes));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return Contexts.listing(files);
  }

  World over(World world) {
    Lookouts sound = world.lookouts();
    Lookouts watched =
        new Lookouts(
            watched(KeyValueSecrets.class, sound.keyValue()),
            watched(SecretScanner.class, sound.scanner()),
            watched(AuditDevices.class, sound.auditDevices()),
            watched(Reachability.class, sound.reachability()));
    World rest = watched(World.class, world);
    return (World)
        Proxy.newProxyInstance(
            World.class.getClassLoader(),
            new Class<?>[] {World.class},
            (proxy, method, arguments) ->
                method.getName().equals("lookouts")
                    ? watched
                    : answer(() -> method.invoke(rest, arguments)));
  }

  private <T> T watched(Class<T> type, T sound) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (isBroken(type.getSimpleName() + "." + method.getName())) {
                fault.bytes(new byte[0]);
              }
              return watchedToo(answer(() -> method.invoke(sound, arguments)));
            }));
  }

  /** A scan looks only when it is run. */
  private @Nullable Object watchedToo(@Nullable Object answer) {
    return answer instanceof SecretScanner.Scan scan
        ? watched(SecretScanner.Scan.class, scan)
        : answer;
  }

  @FunctionalInterface
  private interface Call {
    Object make() throws ReflectiveOperationException;
  }

  private static Object answer(Call call) throws Throwable {
    try {
      return call.make();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
