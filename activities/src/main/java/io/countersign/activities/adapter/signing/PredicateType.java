package io.countersign.activities.adapter.signing;

/** The predicates that Countersign defines, each with its JSON Schema in the jar. */
public enum PredicateType {
  SIGN_OFF("sign-off"),
  ORDER("order"),
  SUBMISSION("submission"),
  CHECK_RESULT("check-result"),
  REQUEST("request");

  private final String word;

  PredicateType(String word) {
    this.word = word;
  }

  /** As it stands in a statement. */
  public String uri() {
    return "https://countersign.io/" + word + "/v1";
  }

  String schemaResource() {
    return "/io/countersign/schema/" + word + ".v1.json";
  }
}
