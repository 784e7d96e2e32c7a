package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.ReleaseListing;
import io.countersign.activities.port.ReleaseQuery;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.ListedRelease;
import io.countersign.record.ReleaseStatus;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class InMemoryListing implements ReleaseListing {
  private static final Comparator<ListedRelease> NEWEST =
      Comparator.comparing(ListedRelease::submittedAt)
          .thenComparing(listed -> listed.release().toString())
          .reversed();

  private final InMemoryReleases releases;
  private final InMemoryEntries entries;

  InMemoryListing(InMemoryReleases releases, InMemoryEntries entries) {
    this.releases = releases;
    this.entries = entries;
  }

  @Override
  public List<ListedRelease> list(ReleaseQuery query) {
    ReleaseId after = query.after();
    ListedRelease last = after == null ? null : line(after);
    return Stream.concat(
            releases.all().stream().map(FrozenRelease::id), entries.releases().stream())
        .distinct()
        .map(this::line)
        .filter(listed -> asked(query, listed))
        .filter(listed -> last == null || NEWEST.compare(listed, last) > 0)
        .sorted(NEWEST)
        .limit(query.limit())
        .toList();
  }

  @Override
  public Optional<ListedRelease> find(ReleaseId release) {
    boolean known = releases.frozen(release).isPresent() || entries.count(release) > 0;
    return known ? Optional.of(line(release)) : Optional.empty();
  }

  private boolean asked(ReleaseQuery query, ListedRelease listed) {
    Instant since = query.since();
    return same(query.environment(), listed.release().environment())
        && same(query.system(), listed.release().system())
        && same(query.state() == null ? null : query.state().name(), listed.state())
        && same(query.tier(), listed.tier())
        && (since == null || !listed.submittedAt().isBefore(since))
        && (query.person() == null || took(query.person(), listed));
  }

  private boolean took(String person, ListedRelease listed) {
    return person.equals(listed.submitter())
        || entries.entries(listed.release()).stream()
            .anyMatch(entry -> entry.actor().equals(person));
  }

  private static boolean same(@Nullable String asked, @Nullable String found) {
    return asked == null || asked.equals(found);
  }

  private ListedRelease line(ReleaseId id) {
    FrozenRelease frozen = releases.frozen(id).orElse(null);
    ReleaseStatus status = releases.status(id).orElse(null);
    return new ListedRelease(
        id,
        firstAt(id, frozen),
        frozen == null ? null : frozen.submitter(),
        frozen == null ? null : frozen.releaseDigest(),
        frozen == null ? null : frozen.tier(),
        status == null ? null : status.state(),
        status == null ? null : status.at(),
        status == null ? null : status.completedAt());
  }

  private Instant firstAt(ReleaseId id, @Nullable FrozenRelease frozen) {
    Optional<Entry> first = entries.page(id, 0, 1).stream().findFirst();
    boolean refusedBefore =
        first.filter(entry -> entry.kind() == EntryKind.SUBMISSION_REFUSED).isPresent();
    return frozen == null || refusedBefore ? first.orElseThrow().at() : frozen.frozenAt();
  }
}
