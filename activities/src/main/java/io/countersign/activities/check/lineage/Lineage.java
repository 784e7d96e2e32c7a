package io.countersign.activities.check.lineage;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.port.Attestations;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code mlops.lineage}: evidence says that exactly this model came from exactly this dataset and
 * this code, and who made it. The documents are {@code evidence.lineage} and {@code evidence.bom};
 * each that is there must hold.
 *
 * <pre>
 * with:
 *   accept: [signed-provenance]              # unsigned-provenance, mlflow-run, ml-bom
 *   require: [signed-provenance]             # of these, what must be there
 *   builders: [{id: …, keys: [ssh-ed25519 …], buildTypes: [https://…]}]
 *   dataset: [dataset]                       # names of what is the dataset
 *   code: [train.py]                         # names of what is the code; else git commits
 *   repositories: [git+https://…]            # where commits may come from
 *   materials: [requirements.txt]            # what else there may be
 *   actors: [/buildDefinition/…]             # JSON pointers to makers in provenance
 *   people: {dana: dana@example.com}
 *   makers: required                         # known, optional
 *   refuse: [retrained]                      # model-unchanged, rebuilt, code-not-comparable
 *   tags: {model: …, dataset: …}             # of an MLflow run
 * </pre>
 */
public final class Lineage implements Check {
  static final String CODE = "code";
  static final String PARAMETERS = "parameters";
  private static final Pattern PERSON = Pattern.compile("[!-~]{1,254}");

  private final Attestations attestations;

  public Lineage(Attestations attestations) {
    this.attestations = attestations;
  }

  @Override
  public String name() {
    return "mlops.lineage";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    LineageRules rules = LineageRules.of(Settings.of(this, context, LineageRules.NAMES));
    CheckFindings found = new CheckFindings();
    Manifest.Evidence evidence = context.manifest().evidence();
    List<String> uris =
        evidence == null
            ? List.of()
            : Stream.of(evidence.lineage(), evidence.bom()).filter(Objects::nonNull).toList();
    if (uris.isEmpty()) {
      return found.fail(
          "no-lineage",
          Severity.HIGH,
          "the manifest names neither provenance, nor a run, nor a bill of materials",
          "evidence.lineage");
    }
    List<Origin> origins = new ArrayList<>();
    for (String uri : uris) {
      byte[] bytes = context.subjects().document(uri, context.progress());
      found.evidence(uri, Digest.of(bytes));
      Origin origin = new LineageDocuments(attestations, rules).read(uri, bytes, found);
      if (origin != null) {
        origins.add(origin);
      }
    }
    judge(rules, context, origins, found);
    return found;
  }

  private static void judge(
      LineageRules rules, CheckContext context, List<Origin> origins, CheckFindings found) {
    TreeSet<String> revisions = new TreeSet<>();
    TreeSet<String> forms = new TreeSet<>();
    @Nullable String parameters = null;
    for (Origin origin : origins) {
      forms.add(origin.form().toString());
      if (origin.form() != Form.SIGNED_PROVENANCE) {
        found.note(
            "unsigned-lineage",
            Severity.MEDIUM,
            origin.form()
                + ": nobody's signature stands behind it, only the place it was read from",
            origin.uri());
      }
      new OriginJudge(rules, context, found).judge(origin);
      String revision = new CodeRevision(rules, found).of(origin);
      if (revision != null) {
        revisions.add(revision);
      }
      parameters = parameters == null ? origin.parameters() : parameters;
      String builder = origin.builder();
      if (builder != null) {
        found.measure("builder", builder);
      }
    }
    for (Form required : rules.require()) {
      if (!forms.contains(required.toString())) {
        found.fail(
            "form-missing",
            Severity.HIGH,
            "this tier requires " + required + ", found " + forms,
            "evidence.lineage");
      }
    }
    if (!forms.isEmpty()) {
      found.measure("form", String.join(", ", forms));
      makers(rules, origins, found);
    }
    if (revisions.size() > 1) {
      found.fail(
          "contradiction",
          Severity.HIGH,
          "the documents name different code: " + revisions,
          "evidence.lineage");
    }
    if (revisions.size() == 1) {
      found.measure(CODE, revisions.first());
      if (parameters != null) {
        found.measure(PARAMETERS, parameters);
      }
      Manifest predecessor = context.predecessor();
      if (predecessor != null) {
        new Comparison(rules, predecessor, context.predecessorMeasurements(), found)
            .judge(context.manifest(), revisions.first(), parameters);
      }
    }
  }

  /** People have no voice in what they made (I4), under the name that the approvers file has. */
  private static void makers(LineageRules rules, List<Origin> origins, CheckFindings found) {
    boolean any = false;
    for (Origin origin : origins) {
      for (String maker : Set.copyOf(origin.makers()).stream().sorted().toList()) {
        String person = rules.people().get(maker);
        if (person == null && rules.makers() == LineageRules.Makers.KNOWN) {
          found.fail(
              "unknown-maker",
              Severity.HIGH,
              maker + " made a part and is nobody under people",
              origin.uri());
        }
        String named = person == null ? maker : person;
        if (PERSON.matcher(named).matches()) {
          found.contributor(named);
          any = true;
        } else {
          found.note(
              "unknown-maker",
              Severity.LOW,
              maker + " made a part, and the approvers file can have nobody of this name",
              origin.uri());
        }
      }
    }
    if (!any && rules.makers() != LineageRules.Makers.OPTIONAL) {
      found.fail(
          "no-makers", Severity.HIGH, "no document says who made the model", "evidence.lineage");
    }
  }
}
