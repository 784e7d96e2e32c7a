package io.countersign.worker.cli;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.files.Locker;
import io.countersign.activities.adapter.files.Locker.Locked;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.Sources;
import io.countersign.release.Digest;
import io.countersign.worker.config.TrustedSources;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign lock}: the digests of a manifest from the bytes. */
@Command(
    name = "lock",
    description = "Fill in the digests of a release manifest, or verify them.",
    mixinStandardHelpOptions = true)
final class LockCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The release manifest.")
  private Path file;

  @Option(names = "--check", description = "Compare only; exit 4 when a digest differs.")
  private boolean check;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Where URIs begin, instead of the roots of the gate file.")
  private @Nullable List<Path> roots;

  @Option(
      names = "--gate",
      paramLabel = "FILE",
      description =
          "The gate file whose roots hold the subjects; else countersign.gate-file, else the"
              + " manifest's folder is the root.")
  private @Nullable Path gate;

  @Mixin private JsonOption json;

  LockCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(String file, @Nullable Digest releaseDigest, List<Subject> subjects) {}

  record Subject(String name, String uri, @Nullable Digest declared, Digest found, boolean same) {}

  @Override
  public Integer call() {
    Output output = json.to(surroundings);
    DocumentReader reader = Surroundings.reader();
    Locker locker = new Locker(reader, source(reader));
    List<Locked> subjects =
        check ? locker.check(file, Progress.unwatched()) : locker.lock(file, Progress.unwatched());
    Digest digest = reader.release(file).releaseDigest();
    subjects.forEach(
        subject ->
            output.line("%-8s %s %s".formatted(subject.name(), subject.found(), word(subject))));
    output.line("release  " + (digest == null ? "not locked" : digest));
    output.value(
        new Answer(
            file.toString(),
            digest,
            subjects.stream()
                .map(s -> new Subject(s.name(), s.uri(), s.declared(), s.found(), s.same()))
                .toList()));
    List<String> differing =
        subjects.stream().filter(subject -> !subject.same()).map(Locked::name).toList();
    if (check && !differing.isEmpty()) {
      throw new GateException(
          FailureType.DIGEST_MISMATCH,
          file + ": the bytes of " + String.join(", ", differing) + " have another digest");
    }
    return ExitCode.DONE.number();
  }

  private String word(Locked subject) {
    if (subject.same()) {
      return "unchanged";
    }
    if (!check) {
      return "written";
    }
    return subject.declared() == null ? "not locked" : "differs from " + subject.declared();
  }

  private SubjectSource source(DocumentReader reader) {
    if (roots != null) {
      return of(roots);
    }
    Optional<Path> rules =
        gate == null ? surroundings.settings().givenGateFile() : Optional.of(gate);
    if (rules.isPresent()) {
      return TrustedSources.of(surroundings.settings(), folder(rules.get()))
          .under(reader.gate(rules.get()).policy());
    }
    return of(List.of(folder(file)));
  }

  private static FileRootSource of(List<Path> roots) {
    return FileRootSource.of(
        new Sources(
            roots.stream().map(root -> root.toAbsolutePath().toString()).toList(), null, null),
        Path.of("").toAbsolutePath());
  }

  static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
