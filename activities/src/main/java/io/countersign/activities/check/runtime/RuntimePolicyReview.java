package io.countersign.activities.check.runtime;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.port.GuardRails;
import io.countersign.activities.port.RuntimePolicies.Compilation;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimePolicy.Possibility;
import io.countersign.activities.reach.Call;
import io.countersign.activities.reach.PolicyComparison;
import io.countersign.activities.reach.PolicyReader;
import io.countersign.activities.reach.Reach;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code security.runtime-policy}: the policy is one that can decide (it parses, and is valid by
 * the shipped schema), permits something, breaks off nowhere, and forbids by itself what the
 * organisation's guard rails forbid. What it permits is told call by call, and against the
 * predecessor's: that selects the tier. Guard rails are those in force now, because these are what
 * decision nodes hold to.
 *
 * <pre>
 * with:
 *   neverPermitted: refused   # optional: tools and permissions of the manifest that it never permits
 * </pre>
 */
public final class RuntimePolicyReview implements Check {
  private static final String POLICY = "subjects.policy";

  private final PolicyReader reader;
  private final GuardRails guardRails;

  public RuntimePolicyReview(PolicyReader reader, GuardRails guardRails) {
    this.reader = reader;
    this.guardRails = guardRails;
  }

  @Override
  public String name() {
    return "security.runtime-policy";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "neverPermitted");
    boolean unused = settings.oneOf("neverPermitted", "allowed", "refused").equals("refused");
    CheckFindings found = new CheckFindings();
    Map<String, byte[]> files = files(context, found);
    if (files == null) {
      return found;
    }
    Map<String, byte[]> rails = guardRails.under(context.world().rulesInForce());
    RuntimePolicy alone = compiled(files, Map.of(), found);
    RuntimePolicy railed = rails.isEmpty() ? alone : compiled(files, rails, found);
    if (alone == null || railed == null) {
      return found;
    }
    found.measure("policies", Integer.toString(alone.names().size()));
    found.measure("guardRails", Integer.toString(railed.names().size() - alone.names().size()));
    Manifest manifest = context.manifest();
    if (Reach.tools(manifest).isEmpty()) {
      found.note("no-tools", Severity.INFO, "the release has no tools to call", "access.tools");
      return found;
    }
    Map<String, byte[]> all = PolicyReader.together(files, rails);
    Optional<Reach> reach = Reach.of(alone, all, manifest);
    Optional<Reach> held = railed == alone ? reach : Reach.of(railed, all, manifest);
    if (reach.isEmpty() || held.isEmpty()) {
      found.fail(
          "too-many-calls",
          Severity.HIGH,
          "there are more than %d kinds of calls: permissions of tools with every set of classes of data"
              .formatted(Reach.most(all)),
          "access.tools");
      return found;
    }
    permitted(reach.get(), unused, found);
    against(held.get(), reach.get(), found);
    compare(context, files, found);
    return found;
  }

  private @Nullable Map<String, byte[]> files(CheckContext context, CheckFindings found) {
    String uri = context.manifest().subjects().policy().uri();
    try {
      Map<String, byte[]> files =
          reader.files(context.subjects(), context.manifest(), context.progress());
      found.evidence(uri, reader.approved(context.manifest()));
      return files;
    } catch (GateException failure) {
      if (failure.type() == FailureType.DIGEST_MISMATCH) {
        found.fail(
            "other-bytes", Severity.CRITICAL, "the bytes are not those of the manifest", uri);
        return null;
      }
      if (failure.type() == FailureType.OVERSIZED) {
        found.fail("too-large", Severity.HIGH, String.valueOf(failure.getMessage()), uri);
        return null;
      }
      throw failure;
    }
  }

  private @Nullable RuntimePolicy compiled(
      Map<String, byte[]> files, Map<String, byte[]> rails, CheckFindings found) {
    Compilation compilation = reader.compile(files, rails);
    if (compilation instanceof Compilation.Ready ready) {
      return ready.policy();
    }
    String id = rails.isEmpty() ? "refused" : "refused-with-guard-rails";
    ((Compilation.Refused) compilation)
        .defects()
        .forEach(defect -> found.fail(id, Severity.CRITICAL, defect, POLICY));
    return null;
  }

  private static void permitted(Reach reach, boolean unused, CheckFindings found) {
    List<Call> permitted = reach.permitted();
    found.measure("calls", Integer.toString(reach.all().size()));
    found.measure("permitted", Integer.toString(permitted.size()));
    Reach.lines(reach.broken())
        .forEach(
            line ->
                found.fail(
                    "breaks-off",
                    Severity.HIGH,
                    "a policy breaks off, and all is denied: " + line,
                    POLICY));
    if (permitted.isEmpty()) {
      found.fail(
          "permits-nothing",
          Severity.HIGH,
          "it permits nothing of what the manifest asks for",
          POLICY);
      return;
    }
    lines(
        "permits", "may be called, whatever the arguments are: ", Possibility.ALWAYS, reach, found);
    lines(
        "permits-some", "may be called for some arguments: ", Possibility.SOMETIMES, reach, found);
    Reach.lines(reach.notTogether())
        .forEach(
            line ->
                found.note("not-together", Severity.INFO, "may not be called: " + line, POLICY));
    List<String> never =
        Reach.lines(
            reach.all().stream()
                .filter(call -> permitted.stream().noneMatch(call::sameTool))
                .toList());
    for (String line : never) {
      String what = "in the manifest and never permitted: " + line.replaceFirst(" with .*", "");
      if (unused) {
        found.fail("never-permitted", Severity.MEDIUM, what, "access.tools");
      } else {
        found.note("never-permitted", Severity.LOW, what, "access.tools");
      }
    }
  }

  private static void lines(
      String id, String what, Possibility possibility, Reach reach, CheckFindings found) {
    Reach.lines(reach.all().stream().filter(c -> reach.possibility(c) == possibility).toList())
        .forEach(line -> found.note(id, Severity.INFO, what + line, POLICY));
  }

  /** What guard rails take away shows what the policy does not forbid by itself. */
  private static void against(Reach held, Reach reach, CheckFindings found) {
    List<Call> whole =
        reach.permitted().stream()
            .filter(call -> !held.permits(call) && held.possibility(call) != Possibility.ERRORED)
            .toList();
    Reach.lines(whole)
        .forEach(
            line ->
                found.fail(
                    "guard-rail",
                    Severity.HIGH,
                    "the policy permits what the guard rails forbid: " + line,
                    POLICY));
    List<Call> broken =
        held.broken().stream()
            .filter(call -> reach.possibility(call) != Possibility.ERRORED)
            .toList();
    Reach.lines(broken)
        .forEach(
            line ->
                found.fail(
                    "guard-rail-breaks-off",
                    Severity.HIGH,
                    "a guard rail breaks off, and all is denied: " + line,
                    "guardRails"));
    List<Call> some =
        held.permitted().stream()
            .filter(
                call ->
                    reach.possibility(call) == Possibility.ALWAYS
                        && held.possibility(call) == Possibility.SOMETIMES)
            .toList();
    Reach.lines(some)
        .forEach(
            line ->
                found.fail(
                    "guard-rail",
                    Severity.HIGH,
                    "the policy permits for all arguments what the guard rails forbid for some: "
                        + line,
                    POLICY));
    List<Call> unclear =
        reach.otherwise(held).stream()
            .filter(call -> reach.possibility(call) == Possibility.SOMETIMES)
            .toList();
    Reach.lines(unclear)
        .forEach(
            line ->
                found.note(
                    "guard-rail-asks-more",
                    Severity.LOW,
                    "policy and guard rails both ask something of the arguments: " + line,
                    POLICY));
  }

  private void compare(CheckContext context, Map<String, byte[]> files, CheckFindings found) {
    Manifest old = context.predecessor();
    if (old == null) {
      return;
    }
    PolicyComparison compared = reader.compare(files, context.manifest(), old, context.subjects());
    if (compared.untold() != null) {
      found.note("not-compared", Severity.MEDIUM, compared.untold() + "; taken for wider", POLICY);
    }
    compared
        .more()
        .forEach(
            line ->
                found.note(
                    "newly-permitted", Severity.MEDIUM, "may now also call " + line, POLICY));
    compared
        .otherwise()
        .forEach(
            line ->
                found.note(
                    "other-arguments",
                    Severity.MEDIUM,
                    "may now call for other arguments than before: " + line,
                    POLICY));
    compared
        .less()
        .forEach(
            line ->
                found.note(
                    "no-longer-permitted", Severity.INFO, "may no longer call " + line, POLICY));
  }
}
