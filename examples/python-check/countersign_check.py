"""What every external check of Countersign does, whatever it looks at: read the request, read only the bytes that the
release names, and sign what was found. The forms are those of docs/external-checks.md; nothing here knows Temporal.
"""

import base64
import hashlib
import json
import stat
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

IN_TOTO = "application/vnd.in-toto+json"
MOST_BYTES = 256 * 1024 * 1024
MOST_FILES = 10_000


class Refused(Exception):
    """The request is none that this worker answers. Trying again changes nothing."""


class CouldNotLook(Exception):
    """The bytes are not there, or are others than the release names. Never a pass and never a fail."""


@dataclass(frozen=True)
class Request:
    """One request, and the digest of the text that it came in: the answer names it."""

    check: str
    release: str
    release_digest: str
    round: int
    subjects: dict
    settings: dict
    digest: str

    @staticmethod
    def parse(text, check):
        try:
            said = json.loads(text)
            form = (said["apiVersion"], said["kind"], said["check"])
            request = Request(
                said["check"],
                said["release"],
                said["releaseDigest"],
                said["round"],
                said["subjects"],
                said["with"],
                "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest(),
            )
        except (ValueError, TypeError, KeyError) as error:
            raise Refused("the argument is not a check request") from error
        if form != ("countersign.io/v1", "CheckRequest", check):
            raise Refused("the request is of another form or for another check")
        return request


@dataclass
class Result:
    """What was found. It holds no times: equal evidence gives an equal review."""

    findings: list = field(default_factory=list)
    measurements: dict = field(default_factory=dict)
    evidence: list = field(default_factory=list)
    failed: bool = False

    def fail(self, name, severity, message, where):
        self.failed = True
        self.note(name, severity, message, where)

    def note(self, name, severity, message, where):
        self.findings.append({"id": name, "severity": severity, "message": message, "evidence": where})


class Subjects:
    """The subjects of a release below one directory, each read once and believed only with its digest."""

    def __init__(self, root):
        self.root = Path(root).resolve(strict=True)

    def read(self, request, name, file, result):
        """The bytes of a subject, or of one file in a subject that is a directory."""
        subject = request.subjects.get(name)
        if subject is None:
            raise Refused("the request names no such subject")
        path = self.below(subject["uri"])
        found, content = directory(path, file) if file else whole(path)
        if found != subject["digest"]:
            raise CouldNotLook(f"{name}: the bytes here are not those of the release")
        result.evidence.append({"name": subject["uri"], "digest": found})
        return content

    def below(self, uri):
        parts = PurePosixPath(uri).parts
        if "://" in uri or not parts or uri.startswith("/") or ".." in parts:
            raise Refused("the subject is not named by a path below a root")
        path = self.root
        for part in parts:
            path = path / part
            if path.is_symlink():
                raise CouldNotLook("a link is on the way to the subject")
        return path


def whole(path):
    content = bounded(path, MOST_BYTES)
    return "sha256:" + hashlib.sha256(content).hexdigest(), content


def directory(path, wanted):
    """The digest of a directory as Countersign defines it, and the bytes of one file in it."""
    if not path.is_dir():
        raise CouldNotLook("the subject is not a directory")
    lines, content, left = [], None, MOST_BYTES
    for entry in path.rglob("*"):
        name = entry.relative_to(path).as_posix()
        if not unicodedata.is_normalized("NFC", name) or len(lines) == MOST_FILES:
            raise CouldNotLook("the directory has too many files, or names that are not in Unicode NFC")
        if stat.S_ISDIR(entry.lstat().st_mode):
            lines.append((name, f"dir {name}\n"))
            continue
        read = bounded(entry, left)
        left -= len(read)
        lines.append((name, f"file {len(read)} {hashlib.sha256(read).hexdigest()} {name}\n"))
        if name == wanted:
            content = read
    if content is None:
        raise CouldNotLook("the subject has no such file")
    listing = "countersign-directory-v1\n" + "".join(text for _, text in sorted(lines))
    return "sha256:" + hashlib.sha256(listing.encode("utf-8")).hexdigest(), content


def bounded(path, most):
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise CouldNotLook("a link, or neither file nor directory")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise CouldNotLook("the subject cannot be read here") from error
    if len(content) > most:
        raise CouldNotLook("the subject is larger than this worker reads")
    return content


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Signer:
    """Signs results with an Ed25519 or P-256 key, as in-toto statements in DSSE envelopes."""

    def __init__(self, key_file, worker):
        self.key = serialization.load_pem_private_key(Path(key_file).read_bytes(), password=None)
        if not isinstance(self.key, (ed25519.Ed25519PrivateKey, ec.EllipticCurvePrivateKey)):
            raise ValueError("allowed are Ed25519 and ECDSA on P-256")
        public = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.key_id = hashlib.sha256(public).hexdigest()
        self.worker = worker

    def answer(self, request, result, started_at):
        """The envelope that the activity returns."""
        return self.envelope(self.statement(request, result, started_at))

    def statement(self, request, result, started_at):
        return {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [
                {
                    "name": request.release,
                    "digest": {"sha256": request.release_digest.removeprefix("sha256:")},
                }
            ],
            "predicateType": "https://countersign.io/check-result/v1",
            "predicate": {
                "release": request.release,
                "releaseDigest": request.release_digest,
                "round": request.round,
                "check": request.check,
                "request": request.digest,
                "result": {
                    "outcome": "fail" if result.failed else "pass",
                    "findings": result.findings,
                    "measurements": result.measurements,
                    "contributors": [],
                    "evidence": result.evidence,
                },
                "worker": self.worker,
                "startedAt": started_at,
                "finishedAt": now(),
            },
        }

    def envelope(self, statement):
        payload = json.dumps(statement, sort_keys=True, separators=(",", ":")).encode("utf-8")
        covered = b"DSSEv1 %d %s %d %s" % (len(IN_TOTO), IN_TOTO.encode(), len(payload), payload)
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            signature = self.key.sign(covered)
        else:
            signature = self.key.sign(covered, ec.ECDSA(hashes.SHA256()))
        return {
            "payloadType": IN_TOTO,
            "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": self.key_id, "sig": base64.b64encode(signature).decode()}],
        }
