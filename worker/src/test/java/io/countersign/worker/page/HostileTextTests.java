package io.countersign.worker.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.report.Verification;
import io.countersign.activities.report.Verification.Problem;
import io.countersign.record.EntryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomNode;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people and machines outside wrote is shown, and does nothing. */
class HostileTextTests {
  private static final Set<String> PICTURE =
      Set.of("title", "desc", "g", "text", "line", "rect", "path", "circle");
  private final ReportPage page = new ReportPage();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' autofocus onfocus='alert(1)",
        "<svg onload=alert(1)><title>",
        "]]></desc></svg><iframe src=//example.org>",
        "{{7*7}} ${7*7} $unsafe{x} @if(true) <%= 1 %>",
        "[a](javascript:alert(1)) ![b](https://example.org/x.png)",
        "| a | b |",
        "``` ` ``",
        "`",
        "\\|\\`|",
        "# heading",
        "> quote",
        "- [x] done",
        "<!-- comment",
        "&lt;b&gt;&#64;",
        "@everyone #12 https://example.org www.example.org GH-7",
        "=cmd|' /C calc'!A0",
        "***bold*** ~~gone~~ <br> <details>",
      })
  void markupIsText(String hostile) {
    Script script = scene(hostile, true);

    Document html = Jsoup.parse(page.html(script.report(refused(hostile))));
    assertThat(html.select("script, img, iframe, [onerror], [onload], [onmouseover], [onfocus]"))
        .isEmpty();
    assertThat(html.select("style")).hasSize(1);
    assertThat(html.select("svg *").eachAttr("onload")).isEmpty();
    assertThat(html.select("svg *"))
        .allMatch(part -> PICTURE.contains(part.tagName()), "is part of the picture");
    assertThat(html.select("dd").eachText()).contains(hostile);
    assertThat(html.select("td").eachText()).contains(hostile);
    assertThat(html.select(".findings li").text()).contains(hostile);

    Node markdown = parse(page.markdown(script.report(refused(hostile))));
    Seen seen = new Seen();
    markdown.accept(seen);
    assertThat(seen.forbidden).isEmpty();
    assertThat(seen.code).contains(hostile);
    assertThat(seen.widths).allMatch(width -> width.get(0).equals(width.get(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "safe\u202Eexe.fdp",
        "\u2066a\u2069",
        "zero\u200Bwidth",
        "line\u2028feed",
        "bell\u0007",
        "\uE000private",
        "\uDB40\uDC41tag",
        "esc\u001B[31m",
      })
  void whatHidesOrReordersTextIsWrittenOut(String hostile) {
    Script script = scene(hostile, false);
    String html = page.html(script.report(refused(hostile)));
    String markdown = page.markdown(script.report(refused(hostile)));

    for (String text : List.of(html, markdown)) {
      assertThat(text.codePoints())
          .noneMatch(point -> point != '\n' && unreadable(Character.getType(point)));
      assertThat(text).contains("\\u{");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5_000, 15_000})
  void longTextIsCutAndSaysSo(int length) {
    Script script = scene("a".repeat(length), false);
    String html = page.html(script.report());

    assertThat(html).contains("… (" + (length - 4_000) + " more characters)");
    assertThat(html).doesNotContain("a".repeat(4_001));
    assertThat(page.markdown(script.report())).doesNotContain("a".repeat(4_001));
  }

  /** The same text wherever the record holds text from outside and no schema stands before it. */
  private static Script scene(String hostile, boolean inManifest) {
    ObjectNode manifest = Script.json("manifest.json");
    if (inManifest) {
      ((ObjectNode) manifest.path("metadata")).put("owner", hostile).put("change", hostile);
      ((ObjectNode) manifest.path("dependencies").path(0)).put("supplier", hostile);
    }
    return new Script(manifest)
        .submitted("model", hostile)
        .append(
            EntryKind.CHECK,
            "worker-1",
            "check/1/mlops.made-up",
            body -> {
              ObjectNode predicate = body.objectNode();
              predicate.put("check", "mlops.made-up").put("round", 1);
              ObjectNode result = predicate.putObject("result").put("outcome", "fail");
              result
                  .putArray("findings")
                  .addObject()
                  .put("id", hostile)
                  .put("severity", hostile)
                  .put("message", hostile)
                  .put("evidence", hostile);
              result.putObject("measurements").put(hostile, hostile);
              result.putArray("evidence").addObject().put("name", hostile).put("digest", hostile);
              body.put("outcome", hostile);
              body.putObject("envelope").put("payload", Script.payload(predicate));
            })
        .append(
            EntryKind.REFUSAL,
            "unknown",
            "refusal/1",
            body -> body.put("type", hostile).put("statement", hostile).put("detail", hostile))
        .append(
            EntryKind.SIGN_OFF,
            "mara@example.com",
            "sign-off/1",
            body -> {
              body.put("function", "mlops").put("decision", hostile);
              ObjectNode predicate = body.objectNode().put("reason", hostile);
              body.putObject("envelope").put("payload", Script.payload(predicate));
            })
        .append(
            EntryKind.GRANT,
            "gate",
            "grant/1",
            body -> {
              body.put("grantId", hostile).put("slot", hostile).put("expiresAt", hostile);
              ObjectNode spec = body.putObject("spec").put("subject", hostile);
              spec.put("audience", hostile)
                  .put("tokenTtl", hostile)
                  .putArray("policies")
                  .add(hostile);
            })
        .append(
            EntryKind.REVOCATION,
            "gate",
            "revocation/1",
            body -> body.put("next", hostile).put("reason", hostile))
        .append(EntryKind.ALARM, "gate", "alarm/1", body -> body.put("detail", hostile));
  }

  private static Verification refused(String hostile) {
    return new Verification(
        Verification.Outcome.NOT_VERIFIED,
        List.of(new Problem("BROKEN_CHAIN", hostile)),
        List.of(hostile));
  }

  private static Node parse(String markdown) {
    return Parser.builder().extensions(List.of(TablesExtension.create())).build().parse(markdown);
  }

  private static boolean unreadable(int type) {
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.PRIVATE_USE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }

  /** Collects what a page of ours never holds, all code spans, and how wide tables are. */
  private static final class Seen extends AbstractVisitor {
    final List<String> forbidden = new ArrayList<>();
    final List<String> code = new ArrayList<>();
    final List<List<Integer>> widths = new ArrayList<>();

    @Override
    public void visit(Link link) {
      forbidden.add("link " + link.getDestination());
    }

    @Override
    public void visit(Image image) {
      forbidden.add("image " + image.getDestination());
    }

    @Override
    public void visit(HtmlBlock html) {
      forbidden.add(html.getLiteral());
    }

    @Override
    public void visit(HtmlInline html) {
      if (!html.getLiteral().equals("<br>")) {
        forbidden.add(html.getLiteral());
      }
    }

    @Override
    public void visit(Code span) {
      code.add(span.getLiteral());
    }

    @Override
    public void visit(CustomNode node) {
      if (node instanceof TableRow row && row.getParent().getParent() != null) {
        Node head = row.getParent().getParent().getFirstChild().getFirstChild();
        widths.add(List.of(cells(head), cells(row)));
      }
      visitChildren(node);
    }

    private static int cells(Node row) {
      int count = 0;
      for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNext()) {
        count++;
      }
      return count;
    }
  }
}
