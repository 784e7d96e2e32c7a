"""The example's worker, whose process dies over the task."""

import os

from temporalio import activity

import group_parity
import worker


class Crashing(worker.GroupParity):
    @activity.defn(name=group_parity.CHECK)
    def run(self, text: str) -> dict:
        print("dying", flush=True)
        os._exit(3)


worker.main(Crashing)
