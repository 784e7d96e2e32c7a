"""Says where the trained models come from: SLSA provenance in a signed DSSE envelope, and a CycloneDX ML-BOM.

    python -m pip install securesystemslib==1.6.0 cryptography
    python training/lineage.py         writes reports/lineage/1, reports/lineage/2 and reports/lineage/builder.pub

The key is made for one run and thrown away, so that nobody can sign with the one that the example's settings name; another
run writes other signatures and another key. The bills of materials are the same every time.
"""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, SSlibKey

from subject_digest import digest_of
from train import DATA, ROOT, RUNS, provenance, sha256, write_json

MAKER = "dana@example.com"
SCRIPTS = ["training/train.py", "training/subject_digest.py", "training/requirements.txt"]
LINEAGE = ROOT / "reports" / "lineage"


def hashes(hex_digest):
    return [{"alg": "SHA-256", "content": hex_digest}]


def bom(version, run, model_digest, data_digest):
    model = f"models/{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "authors": [{"name": "Dana", "email": MAKER}],
            "component": {
                "type": "machine-learning-model",
                "bom-ref": "model",
                "name": "fraud-scorer",
                "version": version,
                "description": run["why"],
                "hashes": hashes(model_digest),
                "modelCard": {
                    "modelParameters": {
                        "approach": {"type": "supervised"},
                        "task": "classification",
                        "modelArchitecture": "logistic regression",
                        "datasets": [{"ref": "dataset"}],
                    }
                },
                "components": [
                    {
                        "type": "file",
                        "bom-ref": f"{model}/{name}",
                        "name": name,
                        "hashes": hashes(sha256(ROOT / model / name)),
                    }
                    for name in ("model-card.md", "model.onnx")
                ],
            },
        },
        "components": [
            {
                "type": "data",
                "bom-ref": "dataset",
                "name": "dataset",
                "hashes": hashes(data_digest),
                "data": [{"type": "dataset", "name": "data/train.csv"}],
            },
            *(
                {"type": "file", "bom-ref": path, "name": path, "hashes": hashes(sha256(ROOT / path))}
                for path in SCRIPTS
            ),
        ],
    }


def main():
    key = Ed25519PrivateKey.generate()
    signer = CryptoSigner(key, SSlibKey.from_crypto(key.public_key()))
    for version, run in RUNS.items():
        model_digest, data_digest = digest_of(ROOT / "models" / version), digest_of(DATA)
        statement = provenance(version, run, model_digest, data_digest)
        statement["predicate"]["buildDefinition"]["internalParameters"]["actor"] = MAKER
        envelope = Envelope(
            payload=json.dumps(statement, sort_keys=True).encode(),
            payload_type="application/vnd.in-toto+json",
            signatures={},
        )
        envelope.sign(signer)
        folder = LINEAGE / version
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "provenance.dsse.json", envelope.to_dict())
        write_json(
            folder / "bom.json",
            bom(version, run, model_digest.removeprefix("sha256:"), data_digest.removeprefix("sha256:")),
        )
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (LINEAGE / "builder.pub").write_bytes(pem)


if __name__ == "__main__":
    main()
