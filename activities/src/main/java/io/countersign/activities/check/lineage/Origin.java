package io.countersign.activities.check.lineage;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one document says.
 *
 * @param models SHA-256 digests of what was made, in hex
 * @param datasets what it was made of and is called a dataset; in provenance, only the settings can
 *     tell which
 * @param materials everything else that it was made of
 * @param makers names of people and accounts, as the document has them
 * @param builder the builder's id; null in forms that have none
 * @param parameters a digest over the parameters of the training; null when there are none
 */
record Origin(
    String uri,
    Form form,
    Set<String> models,
    List<Material> datasets,
    List<Material> materials,
    List<String> makers,
    @Nullable String builder,
    @Nullable String parameters) {
  Origin {
    models = Set.copyOf(models);
    datasets = List.copyOf(datasets);
    materials = List.copyOf(materials);
    makers = List.copyOf(makers);
  }
}
