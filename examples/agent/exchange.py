"""One JSON request and its answer over HTTP. Whatever is not exactly an answer is NoAnswer: too late, too large, of another
form, with a field twice. No redirect is followed and no proxy of the environment is used: a token goes where the settings
say, and nowhere else.
"""

import http.client
import json
import socket
import ssl
import threading
from urllib.parse import urlsplit

OK = 200
MOST_BYTES = 64 * 1024
SECONDS = 2.0


class NoAnswer(Exception):
    """Nothing that may be relied on came back. The message never has a token or a body in it."""


def exchange(method, url, headers, body=None, seconds=SECONDS, tls=None):
    """The status and the JSON object that came with a 200, within so many seconds in all."""
    where = urlsplit(url)
    if where.scheme not in ("http", "https") or not where.hostname:
        raise ValueError("an address begins with http:// or https:// and names a host")
    if where.scheme == "https":
        connection = http.client.HTTPSConnection(
            where.hostname, where.port, timeout=seconds, context=tls or ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=seconds)
    content = None if body is None else json.dumps(body).encode("utf-8")
    late = threading.Event()
    watch = None
    try:
        connection.connect()
        # The time limit of a socket begins anew with every byte; this one does not.
        watch = threading.Timer(seconds, _cut, (connection.sock, late))
        watch.daemon = True
        watch.start()
        sent = {"Accept": "application/json", **headers}
        if content is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, where.path or "/", content, sent)
        response = connection.getresponse()
        text = response.read(MOST_BYTES + 1)
        whole = response.length in (None, 0)
    except TimeoutError as error:
        raise NoAnswer(f"no answer within {seconds:g} s") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"no answer within {seconds:g} s" if late.is_set() else "no answer") from error
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()
    if late.is_set():
        raise NoAnswer(f"no answer within {seconds:g} s")
    if len(text) > MOST_BYTES:
        raise NoAnswer(f"the answer is larger than {MOST_BYTES} bytes")
    if not whole:
        raise NoAnswer("the answer breaks off")
    return response.status, _object(text) if response.status == OK else {}


def _cut(connected, late):
    late.set()
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # It is closed already.


def _object(text):
    try:
        said = json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NoAnswer("the answer is not JSON") from error
    if not isinstance(said, dict):
        raise NoAnswer("the answer is no JSON object")
    return said


def _once(pairs):
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field stands there twice")
    return fields


def _no_number(name):
    raise ValueError(f"{name} is no JSON")
