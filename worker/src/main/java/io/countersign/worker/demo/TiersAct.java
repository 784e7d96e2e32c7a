package io.countersign.worker.demo;

import io.countersign.grant.SystemRef;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;

/** The first act: what is light needs one person, and what sees people's data needs two. */
final class TiersAct {
  private static final String STAGING = "staging/2026.11.1";
  private static final String SHADOW = "shadow/2026.11.1";

  private final Stage stage;

  TiersAct(Stage stage) {
    this.stage = stage;
  }

  Act play() {
    Act act =
        new Act("a", "The same model in staging and in shadow: as many people as the risk wants");
    starts(act, STAGING, "light");
    approves(act, STAGING, "mara@example.com", GateFunction.MLOPS);
    act.see("staging", GateState.LIVE, stage.await(STAGING, GateState.LIVE).state());
    starts(act, SHADOW, "standard");
    approves(act, SHADOW, "mara@example.com", GateFunction.MLOPS);
    act.see("still awaited", GateState.AWAITING_SIGN_OFF, stage.view(SHADOW).state());
    approves(act, SHADOW, "rita@example.com", GateFunction.RISK);
    act.see("shadow", GateState.LIVE, stage.await(SHADOW, GateState.LIVE).state());
    return act;
  }

  private void starts(Act act, String version, String tier) {
    act.see("release start", Stage.ACCEPTED, stage.start(version));
    stage.await(version, GateState.AWAITING_SIGN_OFF);
    act.see("tier of " + version, tier, stage.view(version).tier());
    act.say("because: " + stage.because(version));
    stage.checks(act, version);
    SystemRef system = SystemRef.of(stage.release(version));
    act.see("workload proves its identity", true, stage.awaitLogin(system, "probe"));
  }

  private void approves(Act act, String version, String person, GateFunction function) {
    act.see(person + " for " + function, Stage.ACCEPTED, stage.signOff(version, person, function));
  }
}
