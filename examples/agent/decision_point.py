"""Asks Countersign's decision point, by the OpenID AuthZEN Authorization API 1.0. Copy this file and exchange.py for an agent of
your own: may_call() is the one question, and everything but a whole and exact yes is a no.
"""

from dataclasses import dataclass
from pathlib import Path

from exchange import SECONDS, NoAnswer, exchange

ALLOWED = "ALLOWED"
TOO_MANY = 429
MOST_TOKEN = 16 * 1024

# The release is not in force. Asking again changes nothing before people have decided: the run is over.
ENDED = frozenset({"NOT_LIVE", "SUSPENDED"})


def token_in(file):
    """The JWT in a file, read anew for each use: Kubernetes replaces it long before it expires."""
    try:
        with Path(file).open("rb") as opened:
            text = opened.read(MOST_TOKEN + 1)
        token = text.decode("ascii").strip()
    except (OSError, ValueError) as error:
        raise NoAnswer(f"{Path(file).name} cannot be read") from error
    if not token or len(text) > MOST_TOKEN or any(letter.isspace() for letter in token):
        raise NoAnswer(f"{Path(file).name} holds no token")
    return token


@dataclass(frozen=True)
class Call:
    """What the agent is about to do with a tool."""

    tool: str
    permission: str
    data_classes: tuple
    arguments: dict


@dataclass(frozen=True)
class Decision:
    """Whether the call may be made. The reason is the decision point's own, or NO_ANSWER, REFUSED_TO_DECIDE,
    BROKEN_ANSWER, OTHER_RELEASE, which this file says itself."""

    allowed: bool
    reason: str
    detail: str = ""

    @property
    def ended(self):
        return not self.allowed and self.reason in ENDED


class DecisionPoint:
    """The decision point of one release.

    release: <environment>/<system>/<version>, as deployed. A yes for any other is none.
    subject: the "sub" of the workload's tokens.
    token_file: holds a JWT for the audience of decisions. It is not the one that opens Vault, nor may it be.
    """

    def __init__(self, url, release, subject, token_file, seconds=SECONDS, tls=None):
        self._url = url.rstrip("/") + "/access/v1/evaluation"
        self._release = release
        self._subject = subject
        self._token_file = token_file
        self._seconds = seconds
        self._tls = tls

    def may_call(self, call):
        """Never raises for anything that a server does."""
        try:
            status, answer = exchange(
                "POST",
                self._url,
                {"Authorization": "Bearer " + token_in(self._token_file)},
                self._question(call),
                self._seconds,
                self._tls,
            )
        except NoAnswer as none:
            return Decision(False, "NO_ANSWER", str(none))
        if status == TOO_MANY:
            return Decision(False, "OVERLOADED", f"HTTP {status}")
        if status != 200:
            return Decision(False, "REFUSED_TO_DECIDE", f"HTTP {status}")
        return self._read(answer)

    def _question(self, call):
        return {
            "subject": {"type": "workload", "id": self._subject},
            "action": {"name": call.permission},
            "resource": {
                "type": "tool",
                "id": call.tool,
                "properties": {"dataClasses": list(call.data_classes)},
            },
            "context": call.arguments,
        }

    def _read(self, answer):
        decision = answer.get("decision")
        context = answer.get("context")
        reason = context.get("reason") if isinstance(context, dict) else None
        if not isinstance(decision, bool) or not isinstance(reason, str) or decision != (reason == ALLOWED):
            return Decision(False, "BROKEN_ANSWER")
        if decision and context.get("release") != self._release:
            return Decision(False, "OTHER_RELEASE", "the yes is not for " + self._release)
        return Decision(decision, reason)
