"""Holds every line of an evidence bundle against verifiers that others wrote.

usage: verify_bundle.py BUNDLE KEYS
KEYS is a JSON object: key id -> public Ed25519 key in hex. Prints one line for each predicate type and its count.
"""

import collections
import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

PAYLOAD = "application/vnd.in-toto+json"
VSA = "https://slsa.dev/verification_summary/v1"

with open(sys.argv[2], encoding="utf-8") as file:
    keys = {
        keyid: SSlibKey(keyid, "ed25519", "ed25519", {"public": public})
        for keyid, public in json.load(file).items()
    }

seen = collections.Counter()
with open(sys.argv[1], "rb") as bundle:
    for number, line in enumerate(bundle, 1):
        envelope = Envelope.from_dict(json.loads(line))
        assert envelope.payload_type == PAYLOAD, number
        signers = [keys[keyid] for keyid in envelope.signatures]
        assert signers, f"line {number} has no signature"
        envelope.verify(signers, len(signers))

        # The same check says no to somebody else's key under the same id.
        stranger = next(key for key in keys.values() if key.keyid != signers[0].keyid)
        other = SSlibKey(signers[0].keyid, "ed25519", "ed25519", stranger.keyval)
        try:
            envelope.verify([other], 1)
            raise AssertionError(f"line {number} verifies with a stranger's key")
        except VerificationError:
            pass

        statement = Statement.copy_from_pb(
            json_format.Parse(envelope.payload, statement_pb2.Statement())
        )
        statement.validate()
        predicate_type = statement.pb.predicate_type
        if predicate_type == VSA:
            predicate = json.loads(envelope.payload)["predicate"]
            # SLSA wants a list here; this package's message holds one string (in-toto/attestation#425).
            levels = predicate.pop("verifiedLevels")
            assert isinstance(levels, list) and all(isinstance(one, str) for one in levels), number
            predicate["verifiedLevels"] = levels[0]
            summary = json_format.ParseDict(predicate, vsa_pb2.VerificationSummary())
            assert summary.verifier.id and summary.resource_uri, number
            assert summary.verification_result in ("PASSED", "FAILED"), number
            assert summary.time_verified.seconds > 0 and summary.input_attestations, number
        seen[predicate_type] += 1

for predicate_type, count in sorted(seen.items()):
    print(count, predicate_type)
