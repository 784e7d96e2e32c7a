package io.countersign.activities.adapter.files;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.List;
import java.util.stream.Collectors;

/** A file is not valid. The detail lists every problem that was found, at most 20, one a line. */
public final class InvalidDocumentException extends GateException {
  private static final long serialVersionUID = 1L;

  private final transient List<DocumentProblem> problems;

  InvalidDocumentException(FailureType type, List<DocumentProblem> problems) {
    super(type, problems.stream().map(DocumentProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<DocumentProblem> problems() {
    return problems;
  }
}
