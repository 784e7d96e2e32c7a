package io.countersign.release;

import io.countersign.release.Manifest.Subject;
import io.countersign.release.Manifest.Tool;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says how a release differs from its predecessor; what it says selects the tier. */
public final class ReleaseDiff {
  private ReleaseDiff() {}

  /**
   * The differences, in the order of {@link Change}. In doubt, scope was widened.
   *
   * @param old null for a first release
   */
  public static List<Change> between(
      @Nullable Manifest old, Manifest now, ScopeView oldScope, ScopeView scope) {
    if (old == null) {
      return List.of(Change.FIRST_RELEASE);
    }
    EnumSet<Change> changes = EnumSet.noneOf(Change.class);
    note(changes, Change.MODEL, differs(old.subjects().model(), now.subjects().model()));
    note(changes, Change.DATASET, differs(old.subjects().dataset(), now.subjects().dataset()));
    note(changes, Change.PROMPTS, differs(old.subjects().prompts(), now.subjects().prompts()));
    note(changes, Change.POLICY, differs(old.subjects().policy(), now.subjects().policy()));
    note(changes, Change.IMAGE, !old.workload().image().equals(now.workload().image()));
    note(changes, Change.PROFILE, !old.profile().equals(now.profile()));
    note(changes, Change.DEPENDENCIES, !Objects.equals(old.dependencies(), now.dependencies()));
    scope(changes, old, now, oldScope, scope);
    note(changes, Change.TOOLS_WIDENED, !tools(old).containsAll(tools(now)));
    note(
        changes,
        Change.TTL_WIDENED,
        now.access().tokenTtl().compareTo(old.access().tokenTtl()) > 0
            || now.access().validity().compareTo(old.access().validity()) > 0);
    return List.copyOf(changes);
  }

  /** Another identity gets the access: for it, all of the scope is new. */
  private static void scope(
      EnumSet<Change> changes, Manifest old, Manifest now, ScopeView oldScope, ScopeView scope) {
    boolean identity =
        !old.workload().identity().equals(now.workload().identity())
            || !old.workload().issuer().equals(now.workload().issuer());
    boolean names = !old.access().policies().containsAll(now.access().policies());
    boolean widened = identity || names || !oldScope.covers(scope);
    note(changes, Change.SCOPE_WIDENED, widened);
    boolean fewerNames = !now.access().policies().containsAll(old.access().policies());
    note(changes, Change.SCOPE_NARROWED, fewerNames || !scope.covers(oldScope));
  }

  private static boolean differs(Subject old, Subject now) {
    return old.digest() == null || !old.digest().equals(now.digest());
  }

  private static void note(EnumSet<Change> changes, Change change, boolean holds) {
    if (holds) {
      changes.add(change);
    }
  }

  private static Set<String> tools(Manifest manifest) {
    Set<String> rights = new TreeSet<>();
    List<Tool> tools = new ArrayList<>(tools(manifest.access()));
    for (Tool tool : tools) {
      tool.permissions().forEach(permission -> rights.add(tool.name() + " " + permission));
    }
    return rights;
  }

  private static List<Tool> tools(Manifest.Access access) {
    List<Tool> tools = access.tools();
    return tools == null ? List.of() : tools;
  }
}
