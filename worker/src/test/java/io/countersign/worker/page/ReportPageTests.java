package io.countersign.worker.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.report.Verification;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class ReportPageTests {
  private static final Path GOLDEN = Path.of("src/test/resources/io/countersign/worker/page");
  private final ReportPage page = new ReportPage();

  private static Verification verified() {
    return new Verification(
        Verification.Outcome.VERIFIED,
        List.of(),
        List.of("Entries after the last anchor: proved to entry 22, not anchored."));
  }

  @Test
  void theSameRecordGivesTheSameBytes() {
    assertThat(page.html(Lives.rolledBack().report()))
        .isEqualTo(new ReportPage().html(Lives.rolledBack().report()));
    Golden.requireSame(
        GOLDEN.resolve("report.html"), page.html(Lives.rolledBack().report(verified())));
    Golden.requireSame(
        GOLDEN.resolve("report.md"), page.markdown(Lives.rolledBack().report(verified())));
  }

  @Test
  void thePageOfStandardsIsWhatTheTableSays() {
    Golden.requireSame(Path.of("../docs/standards.md"), page.standards());
  }

  @Test
  void nothingIsLoadedOrRun() {
    Document html = Jsoup.parse(page.html(Lives.rolledBack().report()));

    assertThat(html.select("script, link, img, iframe, object, embed, form, base")).isEmpty();
    assertThat(html.select("[src], [style], [onclick], [onload]")).isEmpty();
    assertThat(html.select("[href]").eachAttr("href")).allMatch(target -> target.startsWith("#"));
    assertThat(html.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
        .startsWith("default-src 'none'; style-src 'sha256-");
    assertThat(html.selectFirst("style").data()).doesNotContain("url(", "@import");
  }

  @Test
  void readersThatSeeNothingFindTheirWay() {
    Document html = Jsoup.parse(page.html(Lives.rolledBack().report()));

    assertThat(html.selectFirst("html").attr("lang")).isEqualTo("en");
    assertThat(html.select("h1")).hasSize(1);
    for (Element table : html.select("table")) {
      assertThat(table.select("caption")).as(table.text()).hasSize(1);
      assertThat(table.select("thead th[scope=col]")).as(table.text()).isNotEmpty();
      assertThat(table.select("tbody tr")).allMatch(row -> row.select("th[scope=row]").size() == 1);
    }
    int level = 1;
    for (Element heading : html.select("h1, h2, h3, h4")) {
      int next = heading.tagName().charAt(1) - '0';
      assertThat(next).as(heading.text()).isLessThanOrEqualTo(level + 1);
      level = next;
    }
    Element picture = html.selectFirst("svg[role=img]");
    assertThat(picture.select("desc").text()).contains("live from 2026-11-23 11:56");
    for (Element named : html.select("[aria-labelledby]")) {
      for (String id : named.attr("aria-labelledby").split(" ", -1)) {
        assertThat(html.getElementById(id)).as(id).isNotNull();
      }
    }
    for (String target : html.select("a[href]").eachAttr("href")) {
      assertThat(html.getElementById(target.substring(1))).as(target).isNotNull();
    }
    assertThat(html.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
  }
}
