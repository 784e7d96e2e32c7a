package io.countersign.activities.check.readiness;

import io.countersign.activities.check.readiness.SmokeTest.Outcome;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * JUnit XML as Surefire, pytest and others write it. Properties {@code <part>.digest} of any test
 * suite name what was tested. Read as a stream: no document type, no entity beyond XML's own,
 * bounded depth and number of elements. Sums that a suite states must be those of its tests.
 */
final class JunitXml {
  private static final int DEPTH = 32;
  private static final int ELEMENTS = 100_000;
  private static final String DIGEST = ".digest";
  private static final Set<String> NOT_RUN = Set.of("notrun", "disabled", "skipped", "suppressed");

  private final SmokeTest report = new SmokeTest();
  private final Deque<Suite> suites = new ArrayDeque<>();
  private @Nullable Outcome outcome;
  private String test = "";
  private int depth;
  private int elements;

  private JunitXml() {}

  /** What a suite says of itself, and what it held when it began. */
  private record Suite(String stated, String failures, String errors, long tests, long failed) {}

  static SmokeTest read(byte[] bytes) throws MalformedReport {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    JunitXml junit = new JunitXml();
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
      while (xml.hasNext()) {
        junit.event(xml, xml.next());
      }
    } catch (XMLStreamException e) {
      throw new MalformedReport("it is not well-formed XML");
    }
    return junit.report;
  }

  private void event(XMLStreamReader xml, int event) throws MalformedReport {
    switch (event) {
      case XMLStreamConstants.DTD,
          XMLStreamConstants.ENTITY_REFERENCE,
          XMLStreamConstants.ENTITY_DECLARATION ->
          throw new MalformedReport("it has a document type or entities of its own");
      case XMLStreamConstants.START_ELEMENT -> start(xml);
      case XMLStreamConstants.END_ELEMENT -> end(xml.getLocalName());
      default -> {}
    }
  }

  private void start(XMLStreamReader xml) throws MalformedReport {
    depth++;
    elements++;
    if (depth > DEPTH || elements > ELEMENTS) {
      throw new MalformedReport(
          "it has more than " + DEPTH + " levels or " + ELEMENTS + " elements");
    }
    String name = xml.getLocalName();
    if (depth == 1 && !name.equals("testsuites") && !name.equals("testsuite")) {
      throw new MalformedReport("its root is neither testsuites nor testsuite");
    }
    switch (name) {
      case "testsuites", "testsuite" ->
          suites.push(
              new Suite(
                  attribute(xml, "tests"),
                  attribute(xml, "failures"),
                  attribute(xml, "errors"),
                  count(),
                  report.failed()));
      case "testcase" -> {
        if (outcome != null) {
          throw new MalformedReport("a test holds a test");
        }
        outcome = notRun(xml) ? Outcome.SKIPPED : Outcome.PASSED;
        test = attribute(xml, "name");
      }
      case "failure", "error" -> {
        if (outcome == null) {
          throw new MalformedReport("a suite failed outside of its tests");
        }
        outcome = Outcome.FAILED;
      }
      case "skipped" -> outcome = outcome == Outcome.PASSED ? Outcome.SKIPPED : outcome;
      case "property" -> property(attribute(xml, "name"), attribute(xml, "value"));
      default -> {}
    }
  }

  /** GoogleTest says of a disabled test only this. */
  private static boolean notRun(XMLStreamReader xml) {
    return NOT_RUN.contains(attribute(xml, "status")) || NOT_RUN.contains(attribute(xml, "result"));
  }

  private void property(String name, String value) throws MalformedReport {
    if (outcome == null && name.endsWith(DIGEST)) {
      report.names(name.substring(0, name.length() - DIGEST.length()), value);
    }
  }

  private void end(String name) throws MalformedReport {
    depth--;
    Outcome ended = outcome;
    if (name.equals("testcase") && ended != null) {
      report.test(test, ended);
      outcome = null;
    }
    if (name.equals("testsuite") || name.equals("testsuites")) {
      Suite suite = suites.pop();
      boolean differs =
          !says(suite.stated, count() - suite.tests)
              || (!suite.failures.isEmpty()
                  && !suite.errors.isEmpty()
                  && !says(sum(suite), report.failed() - suite.failed));
      if (differs) {
        throw new MalformedReport("a suite's sums are not those of its tests");
      }
    }
  }

  private static String sum(Suite suite) {
    try {
      return Long.toString(
          Math.addExact(Long.parseLong(suite.failures), Long.parseLong(suite.errors)));
    } catch (ArithmeticException | NumberFormatException e) {
      return "?";
    }
  }

  private static boolean says(String stated, long counted) {
    return stated.isEmpty() || stated.equals(Long.toString(counted));
  }

  private long count() {
    return report.passed() + report.failed() + report.skipped();
  }

  private static String attribute(XMLStreamReader xml, String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }
}
