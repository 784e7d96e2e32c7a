package io.countersign.activities.adapter.cedar;

import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks a policy the same question once. A verdict follows from policy and request alone: Cedar
 * knows no clock, no chance and no state, and whether a release is live, fresh and within its
 * ceiling was asked before. Verdicts of policies that break off are not kept. Two generations of
 * small requests bound the memory.
 */
final class RememberedVerdicts implements RuntimePolicy {
  /** Of one generation. */
  static final int MOST = 1_024;

  /** Characters of a request that is kept: what is longer is seldom asked twice. */
  static final int LONGEST = 1_024;

  private final RuntimePolicy policy;
  private volatile Map<RuntimeRequest, RuntimeVerdict> young = new ConcurrentHashMap<>();
  private volatile Map<RuntimeRequest, RuntimeVerdict> old = Map.of();

  RememberedVerdicts(RuntimePolicy policy) {
    this.policy = policy;
  }

  @Override
  public RuntimeVerdict decide(RuntimeRequest request) {
    RuntimeVerdict known = young.get(request);
    if (known == null) {
      known = old.get(request);
    }
    if (known != null) {
      return known;
    }
    RuntimeVerdict verdict = policy.decide(request);
    if (verdict.answer() != RuntimeVerdict.Answer.ERRORED && length(request) <= LONGEST) {
      keep(request, verdict);
    }
    return verdict;
  }

  private void keep(RuntimeRequest request, RuntimeVerdict verdict) {
    if (young.size() >= MOST) {
      synchronized (this) {
        if (young.size() >= MOST) {
          old = young;
          young = new ConcurrentHashMap<>();
        }
      }
    }
    young.put(request, verdict);
  }

  private static int length(RuntimeRequest request) {
    int length = request.tool().length() + request.permission().length();
    for (String dataClass : request.dataClasses()) {
      length += dataClass.length();
    }
    for (Map.Entry<String, Object> argument : request.arguments().entrySet()) {
      length +=
          argument.getKey().length()
              + (argument.getValue() instanceof String text ? text.length() : Long.BYTES);
    }
    return length;
  }

  @Override
  public Prospect prospect(RuntimeRequest request) {
    return policy.prospect(request);
  }

  @Override
  public Set<String> names() {
    return policy.names();
  }
}
