package io.countersign.activities.runtime;

/** Why a request is allowed or denied. The list is closed, and only one constant allows. */
public enum DecisionReason {
  ALLOWED("The release is live, its approved policy permits and the approval covers it."),

  SUBJECT_MISMATCH("The subject of the request is not the caller."),
  UNREACHABLE("This node has lost the record and does not know what is live."),
  STALE("What this node knows of the record is older than the limit."),
  NOT_LIVE("The caller has no live release."),
  NOT_PROVED("The record says that the release is live, and nothing that the gate signed does."),
  SUSPENDED("The caller's release is suspended."),
  RELEASE_AMBIGUOUS("Two releases have the caller's identity, and its token names no version."),

  RESOURCE_NOT_KNOWN("Resources are of type tool."),
  TOOL_NOT_APPROVED("The approved manifest does not name this tool."),
  PERMISSION_NOT_APPROVED("The approved manifest does not give this permission on this tool."),
  DATA_CLASS_NOT_APPROVED("The approved manifest does not name one of these data classes."),

  POLICY_LOADING("The approved policy is being read."),
  POLICY_UNREACHABLE("The place of the approved policy cannot be read."),
  POLICY_BYTES_DIFFER("The bytes of the policy are not the approved ones."),
  POLICY_REFUSED("The approved policy or a guard rail cannot be used."),
  POLICY_FORBIDS("The policy or a guard rail forbids it."),
  POLICY_DOES_NOT_PERMIT("No policy permits it."),
  ARGUMENTS_REFUSED("The arguments are not of the types that the policy declares."),
  POLICY_ERRORED("The policy broke off."),

  OVERLOADED("This node has too many requests of the caller at work."),
  INTERNAL("This node has a defect; its log has the detail.");

  private final String sentence;

  DecisionReason(String sentence) {
    this.sentence = sentence;
  }

  /** For people. */
  public String sentence() {
    return sentence;
  }

  public boolean allows() {
    return this == ALLOWED;
  }
}
