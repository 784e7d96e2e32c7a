package io.countersign.worker.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.countersign.activities.report.ReleaseReport;
import io.countersign.activities.report.Standards;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;

/** Writes reports. A page needs nothing but itself: no script, no other address, no font. */
public final class ReportPage {
  private static final String STYLE = "/io/countersign/page/report.css";

  private final TemplateEngine html = engine(ContentType.Html, "io.countersign.template.html");
  private final TemplateEngine markdown =
      engine(ContentType.Plain, "io.countersign.template.markdown");
  private final String style = resource(STYLE);

  private static TemplateEngine engine(ContentType type, String templates) {
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(null, type, ReportPage.class.getClassLoader(), templates);
    engine.setTrimControlStructures(true);
    return engine;
  }

  /** The report as one HTML page. */
  public String html(ReleaseReport report) {
    StringOutput out = new StringOutput();
    html.render(
        "report.jte",
        Map.of(
            "report",
            report,
            "picture",
            TimelinePicture.of(report.timeline()),
            "style",
            style,
            "policy",
            policy()),
        out);
    return out.toString();
  }

  /** The report as Markdown for a pull request. */
  public String markdown(ReleaseReport report) {
    MarkdownOutput out = new MarkdownOutput();
    markdown.render("report.jte", report, out);
    return out.toString();
  }

  /** The page of the standards map, {@code docs/standards.md}. */
  public String standards() {
    MarkdownOutput out = new MarkdownOutput();
    markdown.render("standards.jte", Standards.table(), out);
    return out.toString();
  }

  /** Nothing may be loaded or run; this one style sheet, by its digest, applies. */
  private String policy() {
    return "default-src 'none'; style-src 'sha256-"
        + base64Digest(style)
        + "'; base-uri 'none'; form-action 'none'";
  }

  private static String base64Digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
