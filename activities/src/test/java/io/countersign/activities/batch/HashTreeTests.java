package io.countersign.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.release.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashTreeTests {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 31, 100})
  void provesEachTextInItsPlaceAndNoOther(int size) {
    List<String> texts = IntStream.range(0, size).mapToObj(i -> "section " + i).toList();
    HashTree tree = new HashTree(texts);
    for (int i = 0; i < size; i++) {
      List<Digest> proof = tree.proof(i);
      assertThat(HashTree.holds(tree.root(), size, i, texts.get(i), proof)).isTrue();
      assertThat(HashTree.holds(tree.root(), size, i, "another", proof)).isFalse();
      assertThat(HashTree.holds(tree.root(), size, size, texts.get(i), proof)).isFalse();
      assertThat(HashTree.holds(tree.root(), size, -1, texts.get(i), proof)).isFalse();
      List<Digest> longer = new ArrayList<>(proof);
      longer.add(tree.root());
      assertThat(HashTree.holds(tree.root(), size, i, texts.get(i), longer)).isFalse();
      if (!proof.isEmpty()) {
        List<Digest> shorter = proof.subList(1, proof.size());
        assertThat(HashTree.holds(tree.root(), size, i, texts.get(i), shorter)).isFalse();
        int other = (i + 1) % size;
        assertThat(HashTree.holds(tree.root(), size, other, texts.get(i), proof)).isFalse();
      }
    }
  }

  /** RFC 6962, section 2.1: the digest of one leaf is SHA-256 of a zero byte and the text. */
  @Test
  void digestsALeafAsTheSpecificationSays() {
    assertThat(new HashTree(List.of("")).root().hex())
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  }

  @Test
  void refusesToDigestNothing() {
    assertThatThrownBy(() -> new HashTree(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
