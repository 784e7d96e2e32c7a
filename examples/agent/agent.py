"""A small agent without a model: it does the tool calls of a plan, and asks the decision point before each one."""

import argparse
import json
import signal
import ssl
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from decision_point import Call, DecisionPoint
from exchange import SECONDS, NoAnswer
from tools import SCORING, Tools
from vault import NoAccess, Vault

# Exit codes: the plan is through; the arguments or the plan are no good; the release is no longer in force; some call was
# not made because nobody decided it.
DONE, USAGE, ENDED, UNDECIDED = 0, 2, 3, 6

# A no for these reasons says nothing about the call: it was not decided. It is not made either.
UNKNOWN = frozenset(
    {"NO_ANSWER", "REFUSED_TO_DECIDE", "BROKEN_ANSWER", "OTHER_RELEASE"}
    | {"STALE", "UNREACHABLE", "OVERLOADED", "INTERNAL"}
    | {"RELEASE_AMBIGUOUS", "POLICY_LOADING", "POLICY_UNREACHABLE"}
)

# These pass by themselves: the agent asks again, so often in all, so many seconds apart.
PASSING = frozenset({"POLICY_LOADING", "OVERLOADED"})
ASKED, APART = 5, 0.2

# How long the end of a run watches Vault let go of its token.
LAST_LOOK = 30.0


class Run:
    """One plan. A call is made only after a yes to exactly this call, asked immediately before."""

    def __init__(self, decisions, vault, tools, say=print, sleep=time.sleep):
        self._decisions = decisions
        self._vault = vault
        self._tools = tools
        self._say = say
        self._sleep = sleep

    def play(self, plan):
        try:
            self._vault.login()
        except (NoAccess, NoAnswer) as refused:
            self._say(f"not started: {refused}")
            return ENDED if isinstance(refused, NoAccess) else UNDECIDED
        undecided = False
        for step in plan:
            for turn in range(step.times):
                if turn:
                    self._sleep(step.every)
                decision = self._ask(step.call)
                if decision.allowed:
                    try:
                        self._say(f"allowed {_words(step.call)}: {self._tools.run(step.call)}")
                    except NoAccess as refused:
                        return self._end(str(refused))
                    except NoAnswer as none:
                        self._say(f"failed {_words(step.call)}: {none}")
                        undecided = True
                    continue
                self._say(f"denied {_words(step.call)}: {decision.reason} {decision.detail}".rstrip())
                if decision.ended:
                    return self._end(decision.reason)
                undecided = undecided or not _decided(decision.reason)
        self._say("the plan is through")
        return UNDECIDED if undecided else DONE

    def _ask(self, call):
        decision = self._decisions.may_call(call)
        for _ in range(ASKED - 1):
            if decision.reason not in PASSING:
                break
            self._sleep(APART)
            decision = self._decisions.may_call(call)
        return decision

    def _end(self, why):
        self._say(f"stopped in mid-run: {why}")
        limit = time.monotonic() + LAST_LOOK
        while time.monotonic() < limit:
            try:
                self._vault.read(SCORING)
            except NoAccess:
                self._say("Vault no longer takes the token")
                return ENDED
            except NoAnswer:
                pass  # That says nothing about the token.
            self._sleep(0.05)
        self._say("Vault was not seen to refuse the token")
        return ENDED


def _decided(reason):
    """Whether a no is about the call itself, and not about what could not be known."""
    return reason not in UNKNOWN


def _words(call):
    return f"{call.permission} {call.tool}"


@dataclass(frozen=True)
class Step:
    """One call, made so many times, so many seconds apart."""

    call: Call
    times: int
    every: float


class BadPlan(Exception):
    """The plan is none. No call of it was made."""


def read_plan(file, tools):
    try:
        said = json.loads(Path(file).read_text(encoding="utf-8"))
        return [_step(one, tools) for one in said]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadPlan(f"{file} is no plan: {error}") from error


def _step(said, tools):
    unknown = set(said) - {"tool", "permission", "dataClasses", "arguments", "times", "every"}
    if unknown:
        raise ValueError("unknown: " + ", ".join(sorted(unknown)))
    call = Call(said["tool"], said["permission"], tuple(said["dataClasses"]), dict(said["arguments"]))
    if call.tool not in tools.names():
        raise ValueError(f"there is no tool {call.tool}")
    if not all(isinstance(value, (str, bool, int)) for value in call.arguments.values()):
        raise ValueError("arguments are texts, whole numbers and truth values")
    return Step(call, int(said.get("times", 1)), float(said.get("every", 0)))


def _arguments(given):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", required=True, help="<environment>/<system>/<version>, as deployed")
    parser.add_argument("--subject", required=True, help="the sub of the workload's tokens")
    parser.add_argument("--vault", required=True, help="address of Vault")
    parser.add_argument("--decisions", required=True, help="address of the decision point")
    parser.add_argument("--vault-token", required=True, help="file with the JWT that logs in to Vault")
    parser.add_argument("--decision-token", required=True, help="file with the JWT for decisions")
    parser.add_argument("--ca", help="file with the certificates to trust, PEM; the system's unless given")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="time for an answer (%(default)s)")
    parser.add_argument("plan", help="file with the calls to make, JSON")
    settings = parser.parse_args(given)
    if settings.release.count("/") != 2:
        parser.error("--release is <environment>/<system>/<version>")
    return settings


def main(given=None):
    settings = _arguments(given)
    tls = ssl.create_default_context(cafile=settings.ca) if settings.ca else None
    vault = Vault(settings.vault, settings.release, settings.vault_token, settings.seconds, tls)
    decisions = DecisionPoint(
        settings.decisions, settings.release, settings.subject, settings.decision_token, settings.seconds, tls
    )
    tools = Tools(vault)
    try:
        plan = read_plan(settings.plan, tools)
    except BadPlan as bad:
        print(bad, file=sys.stderr)
        return USAGE
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return Run(decisions, vault, tools, lambda line: print(line, flush=True)).play(plan)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
