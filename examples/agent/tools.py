"""The agent's tools. They stand in for calls of a payments interface: each fetches its key from Vault, and what it would do is
counted here and done nowhere. An agent of yours puts its own functions into the table.
"""

SCORING = "kv/data/fraud/scoring"
REFUNDS = "kv/data/fraud/refund-api"


class Tools:
    def __init__(self, vault):
        self._vault = vault
        self.calls = []
        self._table = {
            "refund.lookup": self._look_up,
            "refund.issue": self._issue,
            "customer.export": self._export,
        }

    def names(self):
        return frozenset(self._table)

    def run(self, call):
        result = self._table[call.tool](**call.arguments)
        self.calls.append(call)
        return result

    def _look_up(self, case, **_):
        self._vault.read(SCORING)
        return f"no refund was paid for {case}"

    def _issue(self, case, amountCents, **_):
        self._vault.read(REFUNDS)
        return f"{amountCents} cents are paid for {case}"

    def _export(self, **_):
        return "the customers are exported"
