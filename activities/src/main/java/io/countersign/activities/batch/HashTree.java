package io.countersign.activities.batch;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One digest over many texts, and a proof for each that it is among them without showing the others
 * (Merkle tree as in RFC 6962, section 2.1).
 */
public final class HashTree {
  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final List<List<Digest>> levels = new ArrayList<>();

  /** Over these texts, one at least. */
  public HashTree(List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("hash tree: nothing to digest");
    }
    List<Digest> level = texts.stream().map(HashTree::leaf).toList();
    levels.add(level);
    while (level.size() > 1) {
      level = above(level);
      levels.add(level);
    }
  }

  private static List<Digest> above(List<Digest> level) {
    List<Digest> next = new ArrayList<>((level.size() + 1) / 2);
    for (int i = 0; i < level.size(); i += 2) {
      next.add(i + 1 < level.size() ? node(level.get(i), level.get(i + 1)) : level.get(i));
    }
    return next;
  }

  public Digest root() {
    return levels.get(levels.size() - 1).get(0);
  }

  /** What {@link #holds} needs beside the text. */
  public List<Digest> proof(int index) {
    List<Digest> proof = new ArrayList<>();
    int place = index;
    for (List<Digest> level : levels) {
      int beside = place ^ 1;
      if (beside < level.size()) {
        proof.add(level.get(beside));
      }
      place /= 2;
    }
    return List.copyOf(proof);
  }

  /** Whether a text stands at this place among so many under this root. */
  public static boolean holds(Digest root, int size, int index, String text, List<Digest> proof) {
    if (index < 0 || index >= size) {
      return false;
    }
    Digest hash = leaf(text);
    int used = 0;
    int place = index;
    for (int width = size; width > 1; width = (width + 1) / 2) {
      if ((place ^ 1) < width) {
        if (used == proof.size()) {
          return false;
        }
        Digest beside = proof.get(used++);
        hash = place % 2 == 0 ? node(hash, beside) : node(beside, hash);
      }
      place /= 2;
    }
    return used == proof.size() && hash.equals(root);
  }

  private static Digest leaf(String text) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(LEAF);
    sha256.update(text.getBytes(StandardCharsets.UTF_8));
    return Digest.of(sha256);
  }

  private static Digest node(Digest left, Digest right) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(NODE);
    sha256.update(HexFormat.of().parseHex(left.hex()));
    sha256.update(HexFormat.of().parseHex(right.hex()));
    return Digest.of(sha256);
  }
}
