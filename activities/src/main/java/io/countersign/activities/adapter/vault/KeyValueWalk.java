package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.KeyValueSecrets.Secret;
import io.countersign.activities.port.Progress;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.PathPattern;
import io.github.jopenlibs.vault.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Finds the secrets that a pattern matches, folder by folder, within limits. For one question. */
final class KeyValueWalk {
  private static final int DEPTH = 32;

  private final VaultClient watch;
  private final String metadata;
  private final Progress progress;
  private final TreeMap<String, Secret> found = new TreeMap<>();
  private int folders;
  private int asked;

  KeyValueWalk(VaultClient watch, String mount, Progress progress) {
    this.watch = watch;
    this.metadata = mount + "/metadata/";
    this.progress = progress;
  }

  interface Reading {
    Secret of(String path, JsonObject data);
  }

  List<Secret> matching(PathPattern pattern, Reading reading) {
    descend("", Arrays.asList(pattern.text().split("/", -1)), 0, reading);
    return List.copyOf(found.values());
  }

  private void descend(String folder, List<String> segments, int at, Reading reading) {
    String segment = segments.get(at);
    boolean last = at == segments.size() - 1;
    boolean rest = last && segment.endsWith("*");
    if (!rest && !segment.equals("+")) {
      if (last) {
        read(folder + segment, reading);
      } else {
        descend(folder + segment + "/", segments, at + 1, reading);
      }
      return;
    }
    String stem = rest ? segment.substring(0, segment.length() - 1) : "";
    for (String name : list(folder)) {
      boolean isFolder = name.endsWith("/");
      if (rest && name.startsWith(stem)) {
        if (isFolder) {
          everything(folder + name, reading);
        } else {
          read(folder + name, reading);
        }
      } else if (!rest && isFolder != last) {
        if (last) {
          read(folder + name, reading);
        } else {
          descend(folder + name, segments, at + 1, reading);
        }
      }
    }
  }

  private void everything(String folder, Reading reading) {
    for (String name : list(folder)) {
      if (name.endsWith("/")) {
        everything(folder + name, reading);
      } else {
        read(folder + name, reading);
      }
    }
  }

  private List<String> list(String folder) {
    bounded(++folders, "folders");
    if (folder.chars().filter(c -> c == '/').count() > DEPTH) {
      throw refused("folders of more than " + DEPTH + " levels");
    }
    List<String> names = watch.list(metadata + folder);
    bounded(names.size(), "secrets");
    return names;
  }

  private void read(String path, Reading reading) {
    bounded(++asked, "secrets");
    progress.at(metadata, asked);
    // A secret can go between the list and this; then nobody can read it any more.
    watch.read(metadata + path).ifPresent(data -> found.put(path, reading.of(path, data)));
  }

  private void bounded(int count, String what) {
    if (count > KeyValueSecrets.LIMIT) {
      throw refused("more than " + KeyValueSecrets.LIMIT + " " + what);
    }
  }

  private GateException refused(String found) {
    return new GateException(
        FailureType.SOURCE_REFUSED,
        found + " below " + metadata + "; narrow the Vault policies in scope");
  }
}
