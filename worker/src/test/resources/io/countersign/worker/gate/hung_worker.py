"""The example's worker, which takes the task and then says nothing until it is stopped."""

from temporalio import activity

import group_parity
import worker


class Hung(worker.GroupParity):
    @activity.defn(name=group_parity.CHECK)
    def run(self, text: str) -> dict:
        activity.wait_for_worker_shutdown_sync()
        return super().run(text)


worker.main(Hung)
