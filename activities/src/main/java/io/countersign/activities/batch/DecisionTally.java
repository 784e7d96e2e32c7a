package io.countersign.activities.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.DecisionLedger.Decided;
import io.countersign.activities.release.Dossiers;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the decisions of one interval: those of one kind as one, with their number and the times
 * of the first and the last. Bounded: kinds beyond the bounds are counted as allowed or denied
 * without their names. Not for several threads.
 */
final class DecisionTally {
  private static final int KINDS_OF_A_RELEASE = 500;
  private static final int RELEASES = 20_000;
  private static final int KINDS = 100_000;

  private final Map<About, Section> sections = new HashMap<>();
  private int kinds;
  private long allowed;
  private long denied;

  private record About(@Nullable ReleaseId release, @Nullable Digest digest) {}

  private record Kind(
      boolean allowed,
      String reason,
      @Nullable Digest policy,
      @Nullable String tool,
      @Nullable String permission,
      List<String> dataClasses,
      List<String> policies) {}

  private static final class Count {
    private final Instant first;
    private Instant last;
    private long count;

    Count(Instant at) {
      first = at;
      last = at;
    }
  }

  private static final class Section {
    private final Map<Kind, Count> kinds = new HashMap<>();
    private long moreAllowed;
    private long moreDenied;
  }

  void add(Decided one) {
    if (one.allowed()) {
      allowed++;
    } else {
      denied++;
    }
    About about = new About(one.release(), one.releaseDigest());
    Section section = sections.get(about);
    if (section == null) {
      // Beyond the bound a release cannot be named; its decisions are in the totals.
      if (sections.size() >= RELEASES) {
        return;
      }
      section = new Section();
      sections.put(about, section);
    }
    Kind kind =
        new Kind(
            one.allowed(),
            one.reason(),
            one.policyDigest(),
            one.tool(),
            one.permission(),
            one.dataClasses(),
            one.policies());
    Count count = section.kinds.get(kind);
    if (count == null) {
      if (section.kinds.size() >= KINDS_OF_A_RELEASE || kinds >= KINDS) {
        section.moreAllowed += one.allowed() ? 1 : 0;
        section.moreDenied += one.allowed() ? 0 : 1;
        return;
      }
      kinds++;
      count = new Count(one.at());
      section.kinds.put(kind, count);
    }
    count.count++;
    count.last = one.at();
  }

  /** What this one and a later one counted. */
  DecisionTally with(DecisionTally later) {
    allowed += later.allowed;
    denied += later.denied;
    later.sections.forEach((about, section) -> merge(about, section));
    return this;
  }

  private void merge(About about, Section later) {
    Section section = sections.computeIfAbsent(about, same -> new Section());
    section.moreAllowed += later.moreAllowed;
    section.moreDenied += later.moreDenied;
    later.kinds.forEach(
        (kind, count) -> {
          Count before = section.kinds.putIfAbsent(kind, count);
          if (before == null) {
            kinds++;
          } else {
            before.count += count.count;
            before.last = count.last;
          }
        });
  }

  boolean isEmpty() {
    return allowed + denied == 0;
  }

  long allowed() {
    return allowed;
  }

  long denied() {
    return denied;
  }

  /** The sections in order of their texts; that of decisions without a release names none. */
  List<JsonDocument> sections() {
    List<JsonDocument> documents = new ArrayList<>();
    sections.forEach((about, section) -> documents.add(document(about, section)));
    documents.sort(Comparator.comparing(JsonDocument::text));
    return documents;
  }

  private static JsonDocument document(About about, Section section) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ReleaseId release = about.release();
    Digest digest = about.digest();
    if (release != null) {
      json.put("release", release.toString());
    }
    if (digest != null) {
      json.put("releaseDigest", digest.toString());
    }
    ArrayNode allows = json.putArray("allowed");
    ArrayNode denies = json.putArray("denied");
    section.kinds.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
        .forEach(entry -> write(entry, entry.getKey().allowed() ? allows : denies));
    json.putObject("more").put("allowed", section.moreAllowed).put("denied", section.moreDenied);
    return Dossiers.document(json);
  }

  private static void write(Map.Entry<Kind, Count> entry, ArrayNode list) {
    Kind kind = entry.getKey();
    Count count = entry.getValue();
    ObjectNode json = list.addObject();
    json.put("count", count.count);
    if (!kind.allowed()) {
      json.put("reason", kind.reason());
    }
    json.put("first", count.first.toString());
    json.put("last", count.last.toString());
    if (kind.policy() != null) {
      json.put("policy", kind.policy().toString());
    }
    if (kind.tool() != null) {
      json.put("tool", kind.tool());
    }
    if (kind.permission() != null) {
      json.put("permission", kind.permission());
    }
    kind.dataClasses().forEach(json.putArray("dataClasses")::add);
    kind.policies().forEach(json.putArray("policies")::add);
  }
}
