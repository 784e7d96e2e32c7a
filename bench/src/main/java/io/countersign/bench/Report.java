package io.countersign.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** A table on standard output and the same as JSON, without dates, hosts or paths. */
final class Report {
  private final ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final ObjectNode json = mapper.createObjectNode();

  Report(ObjectNode measuredOn) {
    json.set("measuredOn", measuredOn);
    System.out.println("Measured on: " + measuredOn);
  }

  void title(String text) {
    System.out.printf("%n%s%n", text);
  }

  void say(String text) {
    System.out.println("  " + text);
  }

  /** A measured quantity: median and middle half. */
  void line(String section, String what, String unit, Sample sample, int digits) {
    System.out.printf("  %-58s %s %s%n", what, sample.text(digits), unit);
    ObjectNode node = json.withObject("/" + section).putObject(what);
    node.put("unit", unit).put("median", rounded(sample.median()));
    node.put("q25", rounded(sample.quantile(0.25))).put("q75", rounded(sample.quantile(0.75)));
    sample.values().forEach(value -> node.withArray("values").add(rounded(value)));
  }

  /** A measured quantity whose far end counts: median, 99 of 100, 999 of 1,000 and the largest. */
  void spread(String section, String what, String unit, double[] values, int digits) {
    String number = "%." + digits + "f";
    System.out.printf(
        Locale.ROOT,
        "  %-58s p50 "
            + number
            + ", p99 "
            + number
            + ", p99.9 "
            + number
            + ", max "
            + number
            + " %s%n",
        what,
        values[0],
        values[1],
        values[2],
        values[3],
        unit);
    json.withObject("/" + section)
        .putObject(what)
        .put("unit", unit)
        .put("p50", rounded(values[0]))
        .put("p99", rounded(values[1]))
        .put("p99.9", rounded(values[2]))
        .put("max", rounded(values[3]));
  }

  /** A quantity with a limit that the project set itself. */
  void against(String section, String what, double value, String relation, double limit) {
    boolean held = relation.equals("at least") ? value >= limit : value <= limit;
    System.out.printf(
        Locale.ROOT,
        "  %-58s %.2f, wanted %s %s: %s%n",
        what,
        value,
        relation,
        limit,
        held ? "held" : "MISSED");
    json.withObject("/" + section)
        .putObject(what)
        .put("value", rounded(value))
        .put("wanted", relation + " " + limit)
        .put("held", held);
  }

  void write(Path file) throws IOException {
    mapper.writeValue(file.toFile(), json);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
