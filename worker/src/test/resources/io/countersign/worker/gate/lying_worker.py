"""The example's worker with a good key and a bad conscience: it looked at other bytes than those of the release."""

from temporalio import activity

import group_parity
import worker


class Liar(worker.GroupParity):
    @activity.defn(name=group_parity.CHECK)
    def run(self, text: str) -> dict:
        sign = self.signer.statement

        def lie(request, result, started_at):
            result.evidence[0]["digest"] = "sha256:" + "0" * 64
            return sign(request, result, started_at)

        self.signer.statement = lie
        return super().run(text)


worker.main(Liar)
