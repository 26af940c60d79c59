"""Checks that run side by side find what they find alone: servers that mind company, and one that does not.

    python3 tests/company.py
"""

import json
import random
import threading
import time
import unittest
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import harness


SEEDS = (7, 54)  # with which this was once taken for a mix-up
TOOL = {"name": "echo", "annotations": {"readOnlyHint": True},
        "inputSchema": {"type": "object", "properties": {"n": {"type": "integer"}}}}


class Server:
    """Speaks enough of MCP to be judged. `answer(method)` may wait, or say with what HTTP status to refuse."""

    def __init__(self, answer=lambda method: None, call=lambda arguments: "done"):
        self.retry_after = "1"
        self.kept = 1_000_000  # requests that a connection is good for; one more, and it is closed without a word
        self.ends, self.live = None, set()  # the resource that ends the session it is read in; with it there are sessions
        self.most, self.now, self.lock = 0, 0, threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_one_request(self):
                self.served = getattr(self, "served", 0) + 1
                if self.served > outer.kept and self.rfile.readline():
                    self.close_connection = True
                else:
                    super().handle_one_request()

            def reply(self, status, value=None, more=()):
                body = json.dumps(value).encode() if value is not None else b""
                self.send_response(status)
                for name, text in more:
                    self.send_header(name, text)
                if body:
                    self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                self.reply(405, more=[("Allow", "POST")])

            do_DELETE = do_OPTIONS = do_PUT = do_GET

            def do_POST(self):
                text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                try:
                    message = json.loads(text)
                except ValueError:
                    return self.reply(400, {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "Parse error"}})
                if not isinstance(message, dict) or "method" not in message:
                    return self.reply(400, {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Invalid Request"}})
                with outer.lock:
                    outer.now += 1
                    outer.most = max(outer.most, outer.now)
                try:
                    status = answer(message["method"])
                finally:
                    with outer.lock:
                        outer.now -= 1
                if status:
                    return self.reply(status, more=[("Retry-After", outer.retry_after)])
                session = uuid.uuid4().hex if message["method"] == "initialize" else self.headers.get("Mcp-Session-Id")
                if outer.ends and message["method"] == "initialize":
                    outer.live.add(session)
                if outer.ends and session not in outer.live:
                    return self.reply(404, {"jsonrpc": "2.0", "id": None, "error": {"code": -32001, "message": "Session not found"}})
                if "id" not in message:
                    return self.reply(202)
                results = {"initialize": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                                          "serverInfo": {"name": "company", "version": "1"}},
                           "ping": {}, "tools/list": {"tools": [TOOL]}}
                if message["method"] == "tools/call":
                    params = message.get("params")
                    given = params.get("arguments") if isinstance(params, dict) else None
                    given = given if isinstance(given, dict) else {}
                    wrong = type(given.get("n", 0)) is not int
                    results["tools/call"] = {"content": [{"type": "text", "text": "n?" if wrong else call(given)}], "isError": wrong}
                if outer.ends:
                    results["initialize"]["capabilities"]["resources"] = {}
                    results["resources/list"] = {"resources": [{"uri": uri, "name": uri} for uri in ("a://1", outer.ends, "a://3")]}
                if message["method"] == "resources/read" and outer.ends:
                    uri = message["params"]["uri"]
                    results["resources/read"] = {"contents": [{"uri": uri, "text": "x"}]}
                    if uri == outer.ends:
                        outer.live.discard(session)
                found = results.get(message["method"])
                more = [("Mcp-Session-Id", session)] if outer.ends and message["method"] == "initialize" else []
                self.reply(200, more=more, value= {"jsonrpc": "2.0", "id": message["id"],
                                 **({"result": found} if found is not None else
                                    {"error": {"code": -32601, "message": "Method not found"}})})

        class Http(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self.http = Http(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/mcp"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Company(unittest.TestCase):
    def run_against(self, answer=lambda method: None, *args, kept=1_000_000):
        server = Server(answer)
        server.kept = kept
        self.addCleanup(server.close)
        done = harness.run("check", server.url, "--json", "-", *args, deadline=120)
        return server, done.json()

    @staticmethod
    def verdicts(run):
        return {o["id"]: o["verdict"] for o in run["outcomes"]}

    def test_the_same_is_found_in_the_same_order(self):
        _, alone = self.run_against(lambda method: None, "--jobs", "1")
        server, beside = self.run_against(lambda method: time.sleep(0.02))
        self.assertEqual(list(self.verdicts(alone)), list(self.verdicts(beside)))
        self.assertEqual(self.verdicts(alone), self.verdicts(beside))
        self.assertGreater(server.most, 4)
        self.assertNotIn("one_at_a_time", beside)

    def test_a_server_that_takes_one_request_at_a_time_is_asked_so(self):
        lock = threading.Lock()

        def answer(_):
            with lock:
                time.sleep(0.2)  # so long that a busy machine is no matter

        server, run = self.run_against(answer, "--only", "ping", "--only", "jsonrpc", "--only", "lifecycle.*")
        self.assertIn("one request at a time", run["one_at_a_time"])
        self.assertLessEqual(server.most, 4)  # which is how it was noticed
        self.assertEqual([id for id, v in self.verdicts(run).items() if v == "fail"], [])

    def test_connections_that_are_closed_without_a_word_are_no_fault(self):
        (_, well), (_, closing) = (self.run_against(lambda method: None, "--tools", "safe", kept=kept) for kept in (1_000_000, 1))
        self.assertEqual([o["id"] for o in closing["outcomes"] if o["verdict"] == "fail"],
                         [o["id"] for o in well["outcomes"] if o["verdict"] == "fail"])

    def test_a_server_with_one_session_is_judged_in_that_one(self):
        def one_session():
            opened, lock = [0], threading.Lock()

            def answer(method):
                with lock:
                    opened[0] += method == "initialize"
                    return 400 if method == "initialize" and opened[0] > 1 else None
            return answer

        _, alone = self.run_against(one_session(), "--jobs", "1")
        _, run = self.run_against(one_session())
        self.assertEqual(self.verdicts(alone), self.verdicts(run))

    def test_what_goes_wrong_in_company_only_fails_no_check(self):
        for status in (503, 429):
            now, lock = [0], threading.Lock()

            def answer(_, status=status):
                with lock:
                    now[0] += 1
                    too_many = now[0] > 6  # as many as a check sends at once
                try:
                    time.sleep(0.02)
                    return status if too_many else None
                finally:
                    with lock:
                        now[0] -= 1

            _, alone = self.run_against(lambda method: None, "--jobs", "1")
            _, run = self.run_against(answer)
            worse = {id: v for id, v in self.verdicts(run).items()
                     if v != self.verdicts(alone)[id] and v not in ("note", "pass", "skip")}
            self.assertEqual(worse, {}, status)

    def test_repeated_runs_go_on_side_by_side(self):
        took = {}
        for jobs in ("1", "24"):
            server, run = self.run_against(lambda method: time.sleep(0.02), "--repeat", "4", "--jobs", jobs, "--only", "ping",
                                           "--only", "lifecycle.*")
            self.assertEqual([one["exit_code"] for one in run["repetitions"]], [0] * 4)
            took[jobs] = sum(one["took"] for one in run["repetitions"]) / run["took"]
        self.assertLess(took["1"], 1.05)
        self.assertGreater(took["24"], 1.3)

    def test_a_run_that_fails_beside_others_is_made_again_alone(self):
        pings = []
        self.run_against(lambda method: pings.append(method) if method == "ping" else None, "--only", "ping")
        of_one_run = len(pings)
        # Broken from the second run on: while the first of those beside one another go on, or for good.
        for broken, exit in ((range(of_one_run, of_one_run * 9 // 2), 0), (range(of_one_run, 10**6), 1)):
            with self.subTest(broken=broken):
                seen = [0]

                def answer(method, broken=broken, seen=seen):
                    time.sleep(0.02)
                    if method != "ping":
                        return None
                    seen[0] += 1
                    return 500 if seen[0] - 1 in broken else None

                _, run = self.run_against(answer, "--only", "ping", "--repeat", "6")
                self.assertEqual([one["exit_code"] for one in run["repetitions"]], [0] + [exit] * 5)
                noted = [f["actual"] for o in run["outcomes"] for f in o["findings"] if "other runs were going on" in f["actual"]]
                self.assertEqual(bool(noted), exit == 0, run["outcomes"])


class Calls(unittest.TestCase):
    """What a tool is not to blame for."""
    retry_after = "1"

    def exercise(self, answer=lambda method: None, call=lambda arguments: "done", kept=1_000_000):
        server = Server(answer, call)
        server.retry_after, server.kept = self.retry_after, kept
        self.addCleanup(server.close)
        done = harness.run("exercise", server.url, "--json", "-", "--deadline", "3s", deadline=120)
        return done, done.json()["exercise"]

    def test_a_resource_that_ends_its_session_is_named_and_nothing_else(self):
        server = Server()
        server.ends = "a://2"
        self.addCleanup(server.close)
        done = harness.run("exercise", server.url, "--resources", "safe", "--json", "-", "--deadline", "3s", deadline=120)
        found = done.json()["exercise"]
        faults = {use["tool"]: [fault["kind"] for fault in use["faults"]] for use in found["tools"] + found["resources"]}
        self.assertEqual(faults, {"echo": [], "a://1": [], "a://2": ["session"], "a://3": []}, done)
        self.assertEqual(done.exit, 8, done)

    def test_a_limit_of_the_rate_is_waited_for(self):
        calls = [0]

        def answer(method):
            calls[0] += method == "tools/call"
            return 429 if method == "tools/call" and calls[0] in (3, 4, 9) else None

        done, found = self.exercise(answer)
        self.assertEqual((done.exit, found["tools"][0]["faults"], found.get("ended")), (0, [], None), done)

    def test_a_limit_without_end_is_no_fault_of_the_tool(self):
        for self.retry_after in ("1", "0"):
            done, found = self.exercise(lambda method: 429 if method == "tools/call" else None)
            self.assertEqual((done.exit, found["tools"][0]["faults"]), (5, []), done)
            self.assertIn("429", found["ended"])

    def test_a_kept_connection_that_is_closed_is_no_fault_of_the_tool(self):
        for kept in (1, 3):
            done, found = self.exercise(kept=kept)
            self.assertEqual((done.exit, found["tools"][0]["faults"]), (0, []), done)
            again = [e for e in done.json()["exchanges"] if e["request"].get("again")]
            self.assertGreater(len(again), 5)

    def test_what_a_tool_says_by_chance_is_not_mixed_up(self):
        for seed in SEEDS:
            chance = random.Random(seed)
            done, found = self.exercise(call=lambda arguments, chance=chance: chance.choice(("heads", "tails")))
            self.assertEqual((done.exit, found["tools"][0]["faults"]), (0, []), done)

    def test_results_that_are_mixed_up_are_found(self):
        waiting, lock = [], threading.Lock()

        def call(arguments):
            with lock:
                waiting.append(str(arguments.get("n")))
            time.sleep(0.03)
            with lock:
                return waiting.pop()  # of the one that came last

        _, found = self.exercise(call=call)
        self.assertIn("mixed", [fault["kind"] for fault in found["tools"][0]["faults"]])


if __name__ == "__main__":
    harness.main()
