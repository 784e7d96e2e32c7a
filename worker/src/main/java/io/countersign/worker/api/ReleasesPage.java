package io.countersign.worker.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.ChangeEntries;
import io.countersign.activities.port.ReleaseListing;
import io.countersign.activities.port.ReleaseQuery;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.ListedRelease;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/releases} and {@code GET /v1/releases/<environment>/<system>/<version>}: what the
 * record knows, also of releases that Temporal has forgotten. A page that has {@code next} goes on
 * with that as its {@code after}.
 */
public final class ReleasesPage implements Page {
  static final List<String> PLACE = List.of("v1", "releases");

  private static final int USUAL = 100;
  private static final Set<String> FILTERS =
      Set.of("environment", "system", "state", "tier", "person", "since", "after", "limit");
  private static final Set<String> PAGING = Set.of("after", "limit");

  private final ReleaseListing listing;
  private final ChangeEntries entries;

  public ReleasesPage(ReleaseListing listing, ChangeEntries entries) {
    this.listing = listing;
    this.entries = entries;
  }

  @Override
  public Optional<Answer> answer(Target target) {
    if (target.segments().equals(PLACE)) {
      return Optional.of(json(list(target)));
    }
    return release(target, 5).map(id -> json(one(id, target)));
  }

  /**
   * The release that an address of so many segments names; empty when it is none below {@link
   * #PLACE}.
   */
  static Optional<ReleaseId> release(Target target, int length) {
    List<String> segments = target.segments();
    if (segments.size() != length || !segments.subList(0, 2).equals(PLACE)) {
      return Optional.empty();
    }
    return Optional.of(parsed("path", String.join("/", segments.subList(2, 5)), ReleaseId::parse));
  }

  private ObjectNode list(Target target) {
    target.allowOnly(FILTERS);
    int limit = limit(target);
    ReleaseQuery query;
    try {
      query =
          new ReleaseQuery(
              target.parameter("environment").orElse(null),
              target.parameter("system").orElse(null),
              value(target, "state", GateState::valueOf),
              target.parameter("tier").orElse(null),
              target.parameter("person").orElse(null),
              value(target, "since", Instant::parse),
              value(target, "after", ReleaseId::parse),
              limit);
    } catch (IllegalArgumentException e) {
      throw Target.refused(String.valueOf(e.getMessage()));
    }
    List<ListedRelease> found = listing.list(query);
    ObjectNode page = GateJson.mapper().createObjectNode();
    page.set("releases", GateJson.mapper().valueToTree(found));
    if (found.size() == limit) {
      page.put("next", found.get(limit - 1).release().toString());
    }
    return page;
  }

  private ObjectNode one(ReleaseId id, Target target) {
    target.allowOnly(PAGING);
    int limit = limit(target);
    Long after = value(target, "after", Long::valueOf);
    ListedRelease listed =
        listing
            .find(id)
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.UNKNOWN_RELEASE, id + " is not in the record of this gate"));
    List<Entry> found = entries.page(id, after == null ? 0 : after, limit);
    ObjectNode page = GateJson.mapper().valueToTree(listed);
    page.set(
        "entries", GateJson.mapper().valueToTree(found.stream().map(ReleasesPage::entry).toList()));
    if (found.size() == limit) {
      page.put("next", found.get(limit - 1).seq());
    }
    return page;
  }

  private static ObjectNode entry(Entry entry) {
    ObjectNode json =
        GateJson.mapper()
            .createObjectNode()
            .put("seq", entry.seq())
            .put("at", entry.at().toString())
            .put("kind", entry.kind().name())
            .put("actor", entry.actor())
            .put("key", entry.key().text());
    json.set("body", Ledger.tree(entry.body().text()));
    return json;
  }

  private static int limit(Target target) {
    Integer asked = value(target, "limit", Integer::valueOf);
    int limit = asked == null ? USUAL : asked;
    if (limit < 1 || limit > ReleaseQuery.MOST) {
      throw Target.refused("limit: allowed is 1 to " + ReleaseQuery.MOST);
    }
    return limit;
  }

  private static <T> @Nullable T value(Target target, String name, Function<String, T> parser) {
    return target.parameter(name).map(text -> parsed(name, text, parser)).orElse(null);
  }

  private static <T> T parsed(String name, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw Target.refused(name + ": found a value that is refused");
    }
  }

  private static Answer json(ObjectNode page) {
    return new Answer(Answer.JSON, out -> out.write(GateJson.mapper().writeValueAsBytes(page)));
  }
}
