package io.countersign.activities.check.lineage;

import org.jspecify.annotations.Nullable;

/** What a lineage document is. */
enum Form {
  /** SLSA provenance v1 in a DSSE envelope. */
  SIGNED_PROVENANCE("signed-provenance"),
  /** SLSA provenance v1, a bare in-toto statement. */
  UNSIGNED_PROVENANCE("unsigned-provenance"),
  /** A run as MLflow's REST interface answers it. */
  MLFLOW_RUN("mlflow-run"),
  /** CycloneDX 1.5 or 1.6. */
  ML_BOM("ml-bom");

  private final String word;

  Form(String word) {
    this.word = word;
  }

  static @Nullable Form of(String word) {
    for (Form form : values()) {
      if (form.word.equals(word)) {
        return form;
      }
    }
    return null;
  }

  boolean isProvenance() {
    return this == SIGNED_PROVENANCE || this == UNSIGNED_PROVENANCE;
  }

  @Override
  public String toString() {
    return word;
  }
}
