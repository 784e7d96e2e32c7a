package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectPath;
import io.countersign.activities.port.SubjectReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files of a remote directory as a server lists them. It has the digest that the same files
 * have below a file root; a store that knows no empty directories has none here.
 *
 * <p>Refused: names that no file root takes, one path twice or as file and directory, more files or
 * levels than the limits.
 */
final class RemoteTree {
  static final int DEPTH = 32;
  private final String shown;
  private final Bounds bounds;
  private final SortedMap<String, Entry> files = new TreeMap<>();
  private final SortedSet<String> directories = new TreeSet<>();

  /**
   * One file of a listing.
   *
   * @param size negative where the listing does not say
   * @param tag what changes when its bytes do; empty where the server has nothing of the kind
   */
  record Entry(long size, String tag, Address address) {}

  RemoteTree(String shown, Bounds bounds) {
    this.shown = shown;
    this.bounds = bounds;
  }

  /** A file and the directories that it lies in. */
  void file(String path, Entry entry) {
    parents(path);
    if (files.put(path, entry) != null) {
      throw Refusals.refused("one name twice", shown);
    }
    bounded();
  }

  void directory(String path) {
    parents(path);
    directories.add(path);
    bounded();
  }

  private void bounded() {
    if (files.size() + directories.size() > bounds.maxFiles()) {
      throw Refusals.refused("more than " + bounds.maxFiles() + " files and directories", shown);
    }
  }

  private void parents(String path) {
    List<String> segments = segments(path);
    for (int i = 1; i < segments.size(); i++) {
      directories.add(String.join("/", segments.subList(0, i)));
    }
  }

  private List<String> segments(String path) {
    try {
      List<String> segments = SubjectPath.parse(path).segments();
      if (segments.size() > DEPTH) {
        throw Refusals.refused("more than " + DEPTH + " levels of directories", shown);
      }
      return segments;
    } catch (IllegalArgumentException e) {
      throw Refusals.refused("a name that no subject may have", shown);
    }
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** Whether the other listing is of the same files in the same state. */
  boolean same(RemoteTree other) {
    return files.equals(other.files) && directories.equals(other.directories);
  }

  private void requireWithin(long left) {
    if (left < 0) {
      throw Refusals.refused("more than " + bounds.maxBytes() + " bytes", shown);
    }
  }

  /** Reads every file. */
  SubjectListing read(Download download, SubjectReader reader) throws IOException {
    long left = bounds.maxBytes();
    for (String path : files.keySet()) {
      if (directories.contains(path)) {
        throw Refusals.refused("one name as file and as directory", shown);
      }
    }
    List<SubjectFile> read = new ArrayList<>();
    for (Map.Entry<String, Entry> file : files.entrySet()) {
      Entry entry = file.getValue();
      requireWithin(left - Math.max(0, entry.size()));
      SubjectFile digested = download.file(entry.address(), file.getKey(), entry.size(), reader);
      if (entry.size() >= 0 && digested.size() != entry.size()) {
        throw new RemoteBody.BeganAgain();
      }
      left -= digested.size();
      requireWithin(left);
      read.add(digested);
    }
    return SubjectListing.of(read, directories);
  }
}
