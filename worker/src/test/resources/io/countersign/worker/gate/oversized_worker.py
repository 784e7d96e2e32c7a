"""The example's worker, whose answer is larger than Temporal takes."""

from temporalio import activity

import group_parity
import worker


class Loud(worker.GroupParity):
    @activity.defn(name=group_parity.CHECK)
    def run(self, text: str) -> dict:
        answer = super().run(text)
        answer["payload"] *= 3 * 1024
        return answer


worker.main(Loud)
