"""Logs in to Vault as the workload of one release, and reads what that release may read."""

from decision_point import token_in
from exchange import SECONDS, NoAnswer, exchange

FORBIDDEN = 403
BROKEN = 500


class NoAccess(Exception):
    """Vault does not take this release's login or token: it is not live, or no longer."""


class Vault:
    """The two slots of a system are two mounts; the role of a live release, named by its version, is in one of them."""

    def __init__(self, url, release, token_file, seconds=SECONDS, tls=None):
        self._url = url.rstrip("/") + "/v1/"
        self._environment, self._system, self._version = release.split("/")
        self._token_file = token_file
        self._seconds = seconds
        self._tls = tls
        self._token = None

    def login(self):
        for slot in ("a", "b"):
            status, answer = exchange(
                "POST",
                f"{self._url}auth/countersign/{self._environment}/{self._system}/{slot}/login",
                {},
                {"role": self._version, "jwt": token_in(self._token_file)},
                self._seconds,
                self._tls,
            )
            auth = answer.get("auth")
            token = auth.get("client_token") if isinstance(auth, dict) else None
            if status == 200 and isinstance(token, str) and token:
                self._token = token
                return
            if status >= BROKEN:
                raise NoAnswer(f"HTTP {status} from Vault")
        raise NoAccess("Vault refuses the login")

    def read(self, path):
        """A secret of a key-value store of version 2."""
        if self._token is None:
            raise NoAccess("not logged in")
        status, answer = exchange(
            "GET", self._url + path, {"X-Vault-Token": self._token}, None, self._seconds, self._tls
        )
        if status == FORBIDDEN:
            raise NoAccess("Vault refuses " + path)
        data = answer.get("data")
        if status != 200 or not isinstance(data, dict) or not isinstance(data.get("data"), dict):
            raise NoAnswer(f"HTTP {status} from Vault")
        return data["data"]
