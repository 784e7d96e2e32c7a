"""python -m unittest, in this directory."""

import contextlib
import io
import json
import tempfile
import threading
import time
import unittest
import unittest.mock
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import agent
from decision_point import Call, DecisionPoint
from exchange import MOST_BYTES

RELEASE = "production/fraud-scorer/2026.11.1"
SUBJECT = "spiffe://prod.example.com/fraud-scorer"
LOOKUP = Call("refund.lookup", "read", ("pii",), {"case": "C-1", "status": "open"})


def answer(decision, reason, release=RELEASE):
    return {"decision": decision, "context": {"reason": reason, "release": release, "staleMillis": 12}}


YES = answer(True, "ALLOWED")


class Server:
    """Plays Vault and the decision point. decide() gives each answer: an object, or bytes, or (status, bytes)."""

    def __init__(self, decide):
        self.decide = decide
        self.asked = []
        self.tokens = []
        self.token_works = True
        self.login_works = True
        self.reads = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                server.reads += 1
                works = server.token_works and self.headers["X-Vault-Token"] == "vault-token"
                self.reply(200 if works else 403, {"data": {"data": {"value": "x"}}} if works else {"errors": []})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path.endswith("/login"):
                    works = server.login_works and "/b/" in self.path and body["role"] == "2026.11.1"
                    self.reply(
                        200 if works else 400, {"auth": {"client_token": "vault-token"}} if works else {"errors": []}
                    )
                    return
                server.asked.append((self.path, body))
                server.tokens.append(self.headers["Authorization"])
                said = server.decide(len(server.asked))
                if callable(said):
                    said(self)
                elif isinstance(said, tuple):
                    self.reply(*said)
                else:
                    self.reply(200, said)

            def reply(self, status, said):
                content = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(content)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self):
        self._http.shutdown()
        self._http.server_close()


class Scene(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.login_token = self.file("vault.jwt", "jwt-for-vault\n")
        self.decision_token = self.file("decisions.jwt", "jwt-for-decisions\n")

    def file(self, name, text):
        file = self.directory / name
        file.write_text(text, encoding="utf-8")
        return file

    def serve(self, decide):
        server = Server(decide)
        self.addCleanup(server.close)
        return server


class DecisionTest(Scene):
    def ask(self, said, seconds=2.0):
        server = self.serve(lambda _: said)
        return DecisionPoint(server.url, RELEASE, SUBJECT, self.decision_token, seconds).may_call(LOOKUP), server

    def refused(self, said, reason, seconds=2.0):
        decision, _ = self.ask(said, seconds)
        self.assertFalse(decision.allowed)
        self.assertEqual(decision.reason, reason)

    def test_a_yes_for_this_release_is_a_yes(self):
        decision, server = self.ask(YES)
        self.assertTrue(decision.allowed)
        self.assertEqual(server.tokens, ["Bearer jwt-for-decisions"])
        self.assertEqual(
            server.asked,
            [
                (
                    "/access/v1/evaluation",
                    {
                        "subject": {"type": "workload", "id": SUBJECT},
                        "action": {"name": "read"},
                        "resource": {"type": "tool", "id": "refund.lookup", "properties": {"dataClasses": ["pii"]}},
                        "context": {"case": "C-1", "status": "open"},
                    },
                )
            ],
        )

    def test_a_no_keeps_its_reason(self):
        self.refused(answer(False, "TOOL_NOT_APPROVED"), "TOOL_NOT_APPROVED")

    def test_a_yes_for_another_release_is_none(self):
        self.refused(answer(True, "ALLOWED", "production/fraud-scorer/2026.11.2"), "OTHER_RELEASE")
        self.refused(answer(True, "ALLOWED", None), "OTHER_RELEASE")

    def test_what_is_not_exactly_a_yes_is_a_no(self):
        for said in (
            {"decision": True},
            {"decision": "true", "context": YES["context"]},
            {"decision": 1, "context": YES["context"]},
            {"context": YES["context"]},
            {"decision": True, "context": []},
            answer(True, "NOT_LIVE"),
            answer(False, "ALLOWED"),
            answer(True, ["ALLOWED"]),
            {},
        ):
            with self.subTest(said=said):
                self.refused(said, "BROKEN_ANSWER")

    def test_what_is_no_answer_is_a_no(self):
        yes = json.dumps(YES).encode()
        for said in (
            b"",
            b"yes",
            b"[" * 50_000,
            b"\xff" + yes,
            yes[:-1],
            yes[:-1] + b', "decision": true}',
            yes.replace(b"12", b"NaN"),
            yes + b" " * MOST_BYTES,
            b"[" + yes + b"]",
        ):
            with self.subTest(said=said[:40]):
                self.refused((200, said), "NO_ANSWER")

    def test_another_status_is_a_no_whatever_is_in_it(self):
        for status in (201, 204, 301, 400, 401, 413, 500, 503):
            with self.subTest(status=status):
                self.refused((status, YES if status != 204 else b""), "REFUSED_TO_DECIDE")
        self.refused((401, b"BAD_TOKEN: no"), "REFUSED_TO_DECIDE")

    def test_too_many_questions_are_a_no_that_passes(self):
        self.refused((429, b"Too many requests."), "OVERLOADED")

    def test_a_redirect_is_not_followed(self):
        elsewhere = self.serve(lambda _: YES)

        def lead_away(handler):
            handler.send_response(307)
            handler.send_header("Location", elsewhere.url + "/access/v1/evaluation")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.refused(lead_away, "REFUSED_TO_DECIDE")
        self.assertEqual(elsewhere.asked, [])

    def test_an_answer_that_breaks_off_is_a_no(self):
        def break_off(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "10000")
            handler.end_headers()
            handler.wfile.write(json.dumps(YES).encode())
            handler.close_connection = True

        self.refused(break_off, "NO_ANSWER")

    def test_an_answer_that_drips_does_not_hold_the_agent_up(self):
        over = threading.Event()
        self.addCleanup(over.set)

        def drip(handler):
            handler.send_response(200)
            handler.send_header("Connection", "close")
            handler.end_headers()
            with contextlib.suppress(OSError):
                for letter in json.dumps(YES).encode() + b" " * 10_000:
                    handler.wfile.write(bytes([letter]))
                    handler.wfile.flush()
                    if over.wait(0.05):
                        return

        begun = time.monotonic()
        self.refused(drip, "NO_ANSWER", seconds=0.3)
        self.assertLess(time.monotonic() - begun, 10)

    def test_silence_is_a_no(self):
        over = threading.Event()
        self.addCleanup(over.set)
        self.refused(lambda _: over.wait(20), "NO_ANSWER", seconds=0.2)

    def test_nobody_there_is_a_no(self):
        server = Server(lambda _: YES)
        server.close()
        decision = DecisionPoint(server.url, RELEASE, SUBJECT, self.decision_token).may_call(LOOKUP)
        self.assertEqual((decision.allowed, decision.reason), (False, "NO_ANSWER"))

    def test_the_token_is_read_anew_for_each_question(self):
        server = self.serve(lambda _: YES)
        point = DecisionPoint(server.url, RELEASE, SUBJECT, self.decision_token)
        point.may_call(LOOKUP)
        self.file("decisions.jwt", "newer")
        point.may_call(LOOKUP)
        self.assertEqual(server.tokens, ["Bearer jwt-for-decisions", "Bearer newer"])

    def test_a_token_file_that_holds_none_is_a_no_and_nobody_is_asked(self):
        server = self.serve(lambda _: YES)
        for content in ("", "two tokens", "x" * 20_000, "line\nX-Other: header", "ä"):
            with self.subTest(content=content[:20]):
                self.file("decisions.jwt", content)
                decision = DecisionPoint(server.url, RELEASE, SUBJECT, self.decision_token).may_call(LOOKUP)
                self.assertEqual((decision.allowed, decision.reason), (False, "NO_ANSWER"))
        self.assertEqual(server.asked, [])

    def test_a_proxy_of_the_environment_sees_no_token(self):
        proxy = self.serve(lambda _: YES)
        with unittest.mock.patch.dict("os.environ", {"http_proxy": proxy.url, "no_proxy": ""}):
            self.assertTrue(self.ask(YES)[0].allowed)
        self.assertEqual(proxy.asked, [])


class RunTest(Scene):
    def play(self, server, plan, *more):
        file = self.file("plan.json", json.dumps(plan))
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = agent.main(
                ["--release", RELEASE, "--subject", SUBJECT, "--vault", server.url, "--decisions", server.url]
                + ["--vault-token", str(self.login_token), "--decision-token", str(self.decision_token)]
                + list(more)
                + [str(file)]
            )
        return code, said.getvalue().splitlines()

    @staticmethod
    def step(tool="refund.lookup", permission="read", **more):
        return {"tool": tool, "permission": permission, "dataClasses": ["pii"], "arguments": {"case": "C-1"}, **more}

    def test_it_does_what_is_allowed_and_not_what_is_denied(self):
        says = {1: YES, 2: answer(False, "TOOL_NOT_APPROVED"), 3: YES}
        server = self.serve(says.get)
        code, said = self.play(server, [self.step(), self.step("customer.export", arguments={}), self.step()])
        self.assertEqual(code, agent.DONE)
        self.assertEqual(
            said,
            [
                "allowed read refund.lookup: no refund was paid for C-1",
                "denied read customer.export: TOOL_NOT_APPROVED",
                "allowed read refund.lookup: no refund was paid for C-1",
                "the plan is through",
            ],
        )
        self.assertEqual(server.reads, 2)

    def test_it_stops_in_mid_run_when_its_release_ends(self):
        for reason in ("NOT_LIVE", "SUSPENDED"):
            with self.subTest(reason=reason):

                def decide(count):
                    server.token_works = count < 3
                    return YES if count < 3 else answer(False, reason)

                server = self.serve(decide)
                code, said = self.play(server, [self.step(times=10), self.step()])
                self.assertEqual(code, agent.ENDED)
                self.assertEqual(len(server.asked), 3)
                self.assertEqual(
                    said[2:],
                    [
                        f"denied read refund.lookup: {reason}",
                        f"stopped in mid-run: {reason}",
                        "Vault no longer takes the token",
                    ],
                )

    def test_it_stops_when_vault_has_let_go_of_it_before_the_decision_point(self):
        server = self.serve(lambda count: (setattr(server, "token_works", count < 2), YES)[1])
        code, said = self.play(server, [self.step(times=5)])
        self.assertEqual(code, agent.ENDED)
        self.assertEqual(len(server.asked), 2)
        self.assertIn("stopped in mid-run: Vault refuses kv/data/fraud/scoring", said)

    def test_it_makes_no_call_that_nobody_decided_and_says_so(self):
        for said in ((503, b""), (200, b"{"), {"decision": True}, answer(False, "STALE"), answer(False, "UNREACHABLE")):
            with self.subTest(said=said):
                server = self.serve(lambda _, said=said: said)
                code, _ = self.play(server, [self.step()])
                self.assertEqual(code, agent.UNDECIDED)
                self.assertEqual(server.reads, 0)

    def test_it_asks_again_when_it_is_told_that_it_will_pass_and_not_for_ever(self):
        for reason in ("POLICY_LOADING", "OVERLOADED"):
            with self.subTest(reason=reason):
                server = self.serve(lambda count, reason=reason: YES if count == 3 else answer(False, reason))
                code, said = self.play(server, [self.step()])
                self.assertEqual((code, server.reads), (agent.DONE, 1))
                server = self.serve(lambda _, reason=reason: answer(False, reason))
                code, said = self.play(server, [self.step()])
                self.assertEqual((code, server.reads, len(server.asked)), (agent.UNDECIDED, 0, agent.ASKED))

    def test_it_does_not_begin_without_a_login(self):
        server = self.serve(lambda _: YES)
        server.login_works = False
        code, said = self.play(server, [self.step()])
        self.assertEqual((code, said), (agent.ENDED, ["not started: Vault refuses the login"]))
        self.assertEqual(server.asked, [])

    def test_it_refuses_a_plan_that_is_none_before_any_call(self):
        server = self.serve(lambda _: YES)
        for plan in (
            "text",
            [{}],
            [self.step(tool="format.disk")],
            [self.step(argument={})],
            [self.step(arguments={"deep": {}})],
            [self.step(times="many")],
        ):
            with self.subTest(plan=plan):
                self.assertEqual(self.play(server, plan)[0], agent.USAGE)
        self.assertEqual(server.asked, [])

    def test_no_token_is_ever_printed(self):
        says = {1: YES, 2: answer(False, "NOT_LIVE")}
        server = self.serve(lambda count: (setattr(server, "token_works", count < 2), says[count])[1])
        _, said = self.play(server, [self.step(times=2)])
        for secret in ("jwt-for", "vault-token"):
            self.assertNotIn(secret, "\n".join(said))

    def test_the_plan_that_comes_with_it_can_be_read(self):
        plan = agent.read_plan(Path(__file__).with_name("plan.json"), agent.Tools(None))
        self.assertEqual(len(plan), 5)


if __name__ == "__main__":
    unittest.main()
