package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.SubjectPath;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code mlflow:} URI names: {@code mlflow://SERVER/models/NAME/VERSION[/PATH]}, {@code
 * mlflow://SERVER/runs/RUN/artifacts/PATH}, or {@code mlflow://SERVER/runs/RUN} for the run itself.
 *
 * @param server name of the tracking server in the gate policy
 * @param kind {@code models} or {@code runs}
 * @param version of a model, a number; empty for a run
 * @param path below it; empty for all of it
 */
record MlflowReference(
    String server, String kind, String id, String version, String path, boolean artifacts) {
  private static final Pattern MODEL =
      Pattern.compile(
          "mlflow://([a-z0-9-]{1,32})/models/([A-Za-z0-9][A-Za-z0-9._-]{0,199})/([1-9][0-9]{0,8})(/.+)?");
  private static final Pattern RUN =
      Pattern.compile("mlflow://([a-z0-9-]{1,32})/runs/([0-9a-f]{32})(?:/artifacts/(.+))?");

  static MlflowReference parse(String uri) {
    Matcher model = MODEL.matcher(uri);
    if (model.matches()) {
      String below = model.group(4);
      String path = below == null || below.equals("/") ? "" : path(below.substring(1));
      return new MlflowReference(
          model.group(1), "models", model.group(2), model.group(3), path, true);
    }
    Matcher run = RUN.matcher(uri);
    if (run.matches()) {
      String below = run.group(3);
      return new MlflowReference(
          run.group(1), "runs", run.group(2), "", below == null ? "" : path(below), below != null);
    }
    throw new IllegalArgumentException(
        "no reference; allowed are mlflow://server/models/name/number, with a path behind it, and"
            + " mlflow://server/runs/id, with artifacts/path behind it");
  }

  private static String path(String text) {
    List<String> segments = SubjectPath.parse(text).segments();
    return String.join("/", segments);
  }

  boolean isModel() {
    return kind.equals("models");
  }

  /** A run itself, not what it made. */
  boolean isRun() {
    return !artifacts;
  }
}
