package io.countersign.activities.check.lineage;

import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.check.Severity;
import io.countersign.release.Manifest.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether one document is about this release's model, made of its dataset and of pinned things. */
record OriginJudge(LineageRules rules, CheckContext context, CheckFindings found) {
  private static final int SHOWN = 5;

  void judge(Origin origin) {
    Coverage coverage = new Coverage(context);
    Subject model = context.manifest().subjects().model();
    if (!coverage.covers(origin.models(), model)) {
      found.fail(
          "other-model",
          Severity.CRITICAL,
          "it is about "
              + (origin.models().isEmpty() ? "no model" : "other bytes: " + shown(origin.models()))
              + ", the manifest says "
              + model.digest(),
          origin.uri());
    }
    Subject dataset = context.manifest().subjects().dataset();
    List<Material> others = new ArrayList<>(origin.materials());
    if (origin.form().isProvenance() && rules.dataset().isEmpty()) {
      provenance(origin, coverage, dataset, others);
    } else {
      datasets(origin, coverage, dataset);
    }
    List<Material> all = new ArrayList<>(origin.datasets());
    all.addAll(others);
    for (Material material : all) {
      if (!material.pinned()) {
        found.fail(
            "material-not-pinned",
            Severity.HIGH,
            "the model is made of " + material.name() + ", which no digest pins",
            origin.uri());
      }
    }
    others.forEach(material -> listed(origin, material));
    found.measure("materials", Integer.toString(all.size()));
  }

  /** What is called a dataset must be the dataset, all of it. */
  private void datasets(Origin origin, Coverage coverage, Subject dataset) {
    if (origin.datasets().isEmpty()) {
      noDataset(origin);
      return;
    }
    if (coverage.matches(sha256(origin.datasets()), dataset)) {
      return;
    }
    found.fail(
        "other-dataset",
        Severity.CRITICAL,
        "the model was made of "
            + shown(sha256(origin.datasets()))
            + ", the manifest says "
            + dataset.digest(),
        origin.uri());
  }

  /** Where nobody said which material is the dataset, one of them must be. */
  private void provenance(
      Origin origin, Coverage coverage, Subject dataset, List<Material> others) {
    if (!coverage.covers(sha256(origin.materials()), dataset)) {
      noDataset(origin);
    } else {
      others.removeIf(m -> ("sha256:" + m.sha256()).equals(String.valueOf(dataset.digest())));
    }
  }

  private void noDataset(Origin origin) {
    found.fail(
        "no-dataset",
        Severity.CRITICAL,
        "it does not say that the model was made of "
            + context.manifest().subjects().dataset().digest(),
        origin.uri());
  }

  private void listed(Origin origin, Material material) {
    @Nullable List<String> allowed = rules.materials();
    if (allowed != null
        && material.commit() == null
        && !material.isNamed(rules.code())
        && !material.isNamed(allowed)) {
      found.fail(
          "unlisted-material",
          Severity.HIGH,
          "the model is made of " + material.name() + ", which nobody listed",
          origin.uri());
    }
  }

  private static Set<String> sha256(List<Material> materials) {
    Set<String> digests = new HashSet<>();
    for (Material material : materials) {
      String sha256 = material.sha256();
      if (sha256 != null) {
        digests.add(sha256);
      }
    }
    return digests;
  }

  private static String shown(Set<String> digests) {
    return digests.stream().sorted().limit(SHOWN).toList()
        + (digests.size() > SHOWN ? " and " + (digests.size() - SHOWN) + " more" : "");
  }
}
