"""Answers Countersign's check risk.group-parity from a task queue of its own.

    python worker.py --root ../fraud-scorer --key check.key

The connection is that of TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_..., or of a profile in
Temporal's own configuration file.
"""

import argparse
import asyncio
import signal
import socket
from concurrent.futures import ThreadPoolExecutor

from temporalio import activity
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

import group_parity
from countersign_check import CouldNotLook, Refused, Request, Signer, Subjects, now


class GroupParity:
    def __init__(self, subjects, signer):
        self.subjects = subjects
        self.signer = signer

    @activity.defn(name=group_parity.CHECK)
    def run(self, text: str) -> dict:
        started_at = now()
        try:
            request = Request.parse(text, group_parity.CHECK)
            result = group_parity.run(request, self.subjects)
        except Refused as error:
            raise ApplicationError(str(error), type="Refused", non_retryable=True) from None
        except CouldNotLook as error:
            raise ApplicationError(str(error), type="CouldNotLook") from None
        return self.signer.answer(request, result, started_at)


async def serve(check, queue):
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    with ThreadPoolExecutor(max_workers=2) as threads:
        async with Worker(client, task_queue=queue, activities=[check.run], activity_executor=threads):
            print(f"answering {group_parity.CHECK} from {queue}", flush=True)
            await stop.wait()


def main(kind=GroupParity):
    options = argparse.ArgumentParser(description="Answers risk.group-parity for Countersign.")
    options.add_argument("--root", required=True, help="directory that the subjects' paths begin in")
    options.add_argument("--key", required=True, help="private key in PEM (PKCS#8), Ed25519 or P-256")
    options.add_argument("--task-queue", default="python-checks")
    options.add_argument("--name", default=socket.gethostname(), help="name of this worker in results")
    given = options.parse_args()
    asyncio.run(serve(kind(Subjects(given.root), Signer(given.key, given.name)), given.task_queue))


if __name__ == "__main__":
    main()
