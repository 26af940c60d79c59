"""What a hostile server makes mcplumb take in memory, and what happens where there is none left.

The worst servers of each kind, against an obedient one: at most 64 MiB more, and 128 MiB in all. Under `ulimit -v` the program
ends as ever, and writes its reports.

memory.py serve   is the servers: the first part of a path says which
"""

import concurrent.futures
import http.server
import itertools
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

import harness
from harness import BIN_DIR, MIB, SANITIZED, SLACK, Server, run, say

MORE_THAN_OBEDIENT, IN_ALL = 64 * MIB, 128 * MIB
ENDLESS = 256 * MIB  # what is sent of what has no end, if nobody hangs up

KINDS = {}  # of servers, by name: a function (peer, message) that answers, or says with False that the obedient way will do


def kind(function):
    KINDS[function.__name__.replace("_", "-")] = function
    return function


def tool(name, **more):
    return {"name": name, "inputSchema": {"type": "object", "properties": {"message": {"type": "string"}}}, **more}


def is_request(message, *methods):
    return isinstance(message, dict) and "id" in message and "method" in message and (
        not methods or message["method"] in methods)


def result_of(message, tools=None):
    method = message["method"]
    if method == "initialize":
        return {"protocolVersion": message["params"]["protocolVersion"],
                "capabilities": {"tools": {}, "resources": {}, "prompts": {}, "logging": {}},
                "serverInfo": {"name": "hostile", "version": "1"}}
    return {"tools/list": {"tools": tools or [tool("echo")]}, "resources/list": {"resources": []},
            "resources/templates/list": {"resourceTemplates": []}, "prompts/list": {"prompts": []},
            "tools/call": {"content": [{"type": "text", "text": "ok"}]}, "ping": {}, "logging/setLevel": {}}.get(method)


def response(message, result):
    return json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()


class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    counter = itertools.count()  # of requests to all of them

    def log_message(self, *_):
        pass

    def read_message(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            return json.loads(body) if body else None
        except ValueError:
            return None

    def serve(self):
        message = self.read_message()
        answer = KINDS.get(self.path.strip("/").split("/")[0])
        try:
            if answer is None or answer(self, message) is False:
                self.obey(message)
        except OSError:  # they hung up
            self.close_connection = True

    do_GET = do_POST = do_DELETE = do_OPTIONS = serve

    def obey(self, message, tools=None, headers=b""):
        if self.command == "GET":
            return self.reply(b"", "405 Method Not Allowed", headers)
        if self.command != "POST":
            return self.reply(b"", headers=headers)
        if not is_request(message):
            return self.reply(b"", "202 Accepted" if isinstance(message, dict) else "400 Bad Request", headers)
        result = result_of(message, tools)
        if result is None:
            error = {"code": -32601, "message": "Method not found"}
            return self.reply(json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error}).encode(), headers=headers)
        return self.reply(response(message, result), headers=headers)

    def reply(self, body, status="200 OK", headers=b""):
        self.wfile.write(f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n".encode() +
                         headers + b"\r\n" + body)

    def stream(self):
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")

    def endless(self, block):
        self.close_connection = True
        for _ in range(ENDLESS // len(block)):
            self.wfile.write(block)


def event(message):
    return b"data: " + json.dumps(message).encode() + b"\n\n"


def with_filling(message, filling):
    """A response that is all right, and large by a member of its _meta."""
    text = response(message, {**result_of(message), "_meta": {"x": "FILLING"}})
    return text.replace(b'"FILLING"', filling)


@kind
def empty_objects(peer, message):
    if not is_request(message, "initialize", "tools/list"):
        return False
    return peer.reply(with_filling(message, b"[" + b"{}," * 1_300_000 + b"{}]"))


@kind
def members(peer, message):
    if not is_request(message, "initialize", "tools/list"):
        return False
    return peer.reply(with_filling(message, b"{" + b",".join(b'"%d":{}' % i for i in range(350_000)) + b"}"))


@kind
def large_pages(peer, message):
    if not is_request(message, "tools/list"):
        return False
    page = int((message.get("params") or {}).get("cursor") or 0)
    result = {"tools": [tool(f"t{page}", description="d" * 1_000_000)], "nextCursor": str(page + 1)}
    return peer.reply(response(message, result if page < 1000 else {"tools": []}))


@kind
def many_tools(peer, message):
    return peer.obey(message, [tool(f"t{i}", annotations={"readOnlyHint": True}) for i in range(10_000)])


@kind
def many_tools_in_pages(peer, message):
    if not is_request(message, "tools/list"):
        return peer.obey(message)
    page = int((message.get("params") or {}).get("cursor") or 0)
    result = {"tools": [tool(f"t{1000 * page + i}", annotations={"readOnlyHint": True}) for i in range(1000)]}
    return peer.reply(response(message, {**result, **({"nextCursor": str(page + 1)} if page < 9 else {})}))


def about(message, **more):
    return {**result_of(message), **more}


@kind
def long_server_name(peer, message):
    if not is_request(message, "initialize"):
        return False
    return peer.reply(response(message, about(message, serverInfo={"name": "n" * 3_900_000, "version": "1"})))


@kind
def many_capabilities(peer, message):
    if not is_request(message, "initialize"):
        return False
    many = {"tools": {}, "experimental": {f"k{i}": {} for i in range(150_000)}}
    return peer.reply(response(message, about(message, capabilities=many)))


@kind
def long_cursors(peer, message):
    if not is_request(message, "tools/list"):
        return False
    return peer.reply(response(message, {"tools": [tool("echo")], "nextCursor": f"{next(Peer.counter)}" + "c" * 200_000}))


@kind
def long_number(peer, message):
    return peer.reply(b'{"jsonrpc": "2.0", "id": %d, "result": {"a": %s}}' % (message["id"], b"9" * 3_900_000)
                      ) if is_request(message, "tools/list", "ping") else False


@kind
def long_ids(peer, message):
    if not is_request(message, "tools/list"):
        return False
    peer.stream()
    for i in range(60):
        peer.wfile.write(event({"jsonrpc": "2.0", "id": f"{i}" + "i" * 2_000_000, "method": "ping"}))
    return peer.wfile.write(event({"jsonrpc": "2.0", "id": message["id"], "result": {"tools": [tool("echo")]}})) > 0


@kind
def growing_lists(peer, message):
    return peer.obey(message, [tool(f"t{i}") for i in range(20 * next(Peer.counter))])


@kind
def large_headers(peer, message):
    return peer.obey(message, headers=b"".join(b"X-%d: %s\r\n" % (i, b"h" * 900) for i in range(250)))


@kind
def cookies(peer, message):
    return peer.obey(message, headers=b"".join(b"Set-Cookie: c%d=%s\r\n" % (i, b"c" * 20) for i in range(5000)))


@kind
def interim_replies(peer, message):
    return peer.endless(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 1000) if is_request(message) else False


@kind
def trailers(peer, message):
    if not is_request(message) or result_of(message) is None:
        return False
    body = response(message, result_of(message))
    peer.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
                     b"%x\r\n%s\r\n0\r\n" % (len(body), body))
    return peer.endless(b"T: v\r\n" * 1000)


@kind
def notifications(peer, message):
    if not is_request(message) or message["method"] == "initialize":
        return False
    peer.stream()
    return peer.endless(event({"jsonrpc": "2.0", "method": "notifications/x"}) * 500)


@kind
def large_notifications(peer, _):
    if peer.command != "GET":
        return False
    peer.stream()
    return peer.endless(event({"jsonrpc": "2.0", "method": "notifications/message",
                               "params": {"level": "info", "data": "x" * 300_000}}))


@kind
def requests(peer, message):
    """Each wants an answer."""
    if not is_request(message) or message["method"] == "initialize":
        return False
    peer.stream()
    methods = ["ping", "sampling/createMessage", "elicitation/create", "roots/list", "x/y"]
    return peer.endless(b"".join(event({"jsonrpc": "2.0", "id": i, "method": methods[i % 5], "params": {}})
                                 for i in range(500)))


@kind
def batches(peer, message):
    return peer.reply(b"[" + b"{}," * 1_000_000 + b"{}]") if is_request(message) else False


@kind
def versions(peer, message):
    if not is_request(message):
        return False
    error = {"code": -32022, "message": "m", "data": {"supported": [f"v{i}" for i in range(100_000)]}}
    return peer.reply(json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error}).encode(), "400 Bad Request")


@kind
def reconnects(peer, message):
    """A stream that ends at once and is to be resumed at once, for ever."""
    if peer.command != "GET" and (not is_request(message) or message["method"] == "initialize"):
        return False
    peer.stream()
    return peer.wfile.write(b"id: %d\nretry: 0\ndata: \n\n" % next(Peer.counter))


@kind
def long_endpoint(peer, _):
    """HTTP+SSE."""
    if peer.command != "GET":
        return peer.reply(b"", "405 Method Not Allowed")
    peer.stream()
    peer.wfile.write(b"event: endpoint\ndata: /" + b"a" * 3_000_000 + b"\n\n")
    return peer.rfile.read(1)


@kind
def sixty_pages(peer, message):
    if not is_request(message, "tools/list"):
        return False
    page = int((message.get("params") or {}).get("cursor", 0))
    return peer.reply(response(message, {"tools": [tool(f"tool{page}")], **({"nextCursor": str(page + 1)} if page < 59 else {})}))


def kind_of_schema(name, make):
    """One tool that only reads, and has the schema."""
    schema = make()
    listed = [tool("echo", annotations={"readOnlyHint": True}) | {"inputSchema": {"type": "object", **schema}}]
    KINDS[name] = lambda peer, message: peer.obey(message, listed)
    OF_SCHEMA.append(name)


OF_SCHEMA = []
kind_of_schema("required-names", lambda: {"required": [f"r{i}" for i in range(120_000)]})
kind_of_schema("some-required-names", lambda: {"required": [f"r{i}" for i in range(1000)]})
kind_of_schema("more-required-names", lambda: {"required": [f"r{i}" for i in range(4000)]})
kind_of_schema("all-of", lambda: {"allOf": [{"properties": {f"p{i}": True, "p": True}, "required": [f"p{i % 7}"]}
                                            for i in range(20_000)], "unevaluatedProperties": False})
kind_of_schema("one-of", lambda: {"required": ["a"], "properties": {"a": {"oneOf": [
    {"type": "object", "required": [f"k{i}"], "properties": {f"k{i}": {"const": i}}} for i in range(15_000)]}}})
kind_of_schema("properties", lambda: {"properties": {f"p{i}": {"type": "string", "x-mcp-header": f"H{i}"}
                                                     for i in range(30_000)}})
kind_of_schema("references", lambda: {"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}] * 1000}}, "required": ["a"],
                                      "properties": {"a": {"$ref": "#/$defs/a"}}})
kind_of_schema("long-texts", lambda: {"properties": {f"p{i}": {"type": "string", "maxLength": 999_999} for i in range(60)}})


@kind
def many_long_texts(peer, message):
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 99_000}}}
    return peer.obey(message, [tool(f"t{i}", annotations={"readOnlyHint": True}) | {"inputSchema": schema} for i in range(900)])


@kind
def below_long_names(peer, message):
    """Whatever says where something stands is as long as the names above it."""
    inner = {f"p{i}": {"type": "string", "x-mcp-header": f"H{i}"} for i in range(5000)}
    inner |= {f"r{i}": {"$ref": f"#/none/{i}", "$id": f"http://{'a' * 9000}/{i}"} for i in range(200)}
    inner |= {f"s{i}": {"$ref": f"#/none/{i}"} for i in range(5000)}
    schema = {"type": "object", "properties": {"n" * 100_000: {"type": "object", "properties": inner}, **inner}}
    return peer.obey(message, [tool("t" * 100_000, annotations={"readOnlyHint": True}) | {"inputSchema": schema}])


@kind
def long_names(peer, message):
    if not is_request(message, "tools/list"):
        return peer.obey(message)
    page = int((message.get("params") or {}).get("cursor") or 0)
    listed = [tool(f"{page}-{i}" + "n" * 400_000, annotations={"readOnlyHint": True}) for i in range(8)]
    return peer.reply(response(message, {"tools": listed, **({"nextCursor": str(page + 1)} if page < 20 else {})}))


@kind
def large_results(peer, message):
    if not is_request(message, "tools/call"):
        return peer.obey(message, [tool("echo", annotations={"readOnlyHint": True}, outputSchema={
            "type": "object", "properties": {"a": {"type": "array", "uniqueItems": True}}})])
    return peer.reply(response(message, {"content": [], "structuredContent": {"a": [{"k": i, "z": [1]} for i in range(50_000)]}}))


@kind
def large_progress(peer, message):
    if not is_request(message, "tools/call"):
        return peer.obey(message, [tool("echo", annotations={"readOnlyHint": True})])
    peer.stream()
    token = message["params"]["_meta"]["progressToken"] if "_meta" in message["params"] else 0
    return peer.endless(event({"jsonrpc": "2.0", "method": "notifications/progress", "params": {
        "progressToken": token, "progress": next(Peer.counter), "message": "m" * 3_000_000}}))


def serve():
    class Listener(http.server.ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

        def handle_error(self, *_):
            pass

    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    with Listener(("127.0.0.1", 0), Peer) as listener:
        print(f"listening on http://127.0.0.1:{listener.server_address[1]}", flush=True)
        listener.serve_forever()


# Codes of these commands where memory may be short: a handshake that lacked it says nothing about the server.
ENDS = {"healthz": {0, 5}, "check": {1, 5, 8}}

# What only a list, a call or a look at all of it brings out.
BESIDE = {"probe": ["large-pages", "versions", "requests", "large-notifications", "long-cursors", "long-ids"],
          "list": ["empty-objects", "large-pages", "many-tools"],
          "call": ["requests", "notifications", "large-pages", "long-cursors", "long-ids"],
          "exercise": [*OF_SCHEMA, "many-long-texts", "long-names", "large-results", "large-progress", "below-long-names",
                       "many-tools"]}
EXERCISED = 5  # seconds


def arguments(command, url, report):
    more = {"call": ["echo", "message=x"], "check": ["--total-deadline", "8s", "--json", str(report)],
            "exercise": ["--total-deadline", f"{EXERCISED}s", "--json", str(report)]}
    return [command, url, *more.get(command, []), "--deadline", "1s"]


class BesideServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server([sys.executable, pathlib.Path(__file__), "serve"]))


@unittest.skipIf(SANITIZED, "sanitizers take memory of their own")
class Memory(BesideServers):
    def finished(self, command, name):
        with tempfile.TemporaryDirectory() as folder:
            done = run(*arguments(command, f"{self.server.url}/{name}", f"{folder}/report.json"), deadline=60)
        self.assertIn(done.exit, range(9), done)
        if command == "exercise":
            self.assertLessEqual(done.seconds, (EXERCISED + 1) * SLACK, done)
        return done

    def test_no_server_makes_us_take_much_more_than_an_obedient_one(self):
        runs = [(command, name) for command in ("healthz", "check") for name in KINDS if name not in OF_SCHEMA]
        runs += [(command, name) for command, names in BESIDE.items() for name in names]
        obedient = {command: self.finished(command, "obedient").peak_bytes for command, _ in runs}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for (command, name), done in zip(runs, pool.map(lambda each: self.finished(*each), runs)):
                with self.subTest(command=command, server=name):
                    say(f"{command} {name}: {done.peak_bytes / MIB:.0f} MiB after {done.seconds:.1f} s")
                    self.assertLessEqual(done.peak_bytes, IN_ALL)
                    self.assertLessEqual(done.peak_bytes - obedient[command], MORE_THAN_OBEDIENT)

    def test_ten_thousand_tools(self):
        peak = {name: run("check", f"{self.server.url}/{name}", "--deadline", "1s", deadline=60).peak_bytes / MIB
                for name in ("obedient", "many-tools", "many-tools-in-pages")}
        self.assertLessEqual(peak["many-tools"] - peak["obedient"], 20, peak)
        self.assertLessEqual(peak["many-tools-in-pages"] - peak["obedient"], 42, peak)

    def test_what_would_go_on_for_ever_is_a_bound_of_ours(self):
        for name, said in {"requests": "requests on one stream", "long-server-name": "says about itself", "reconnects": "ended the stream",
                           "long-endpoint": "more than 8 KiB"}.items():
            with self.subTest(server=name):
                done = self.finished("healthz", name)
                self.assertEqual(done.exit, 5, done)
                self.assertIn(said, done.output)
                self.assertIn("mcplumb's own limit", done.output)

    def test_a_line_of_a_suite_may_be_long(self):
        with tempfile.TemporaryDirectory() as folder:
            obedient = run("checks", deadline=60).peak_bytes
            for name, (start, piece, end) in {"beyond": ("", "x" * 10, ""), "key": ("checks:\n  - ", "kkk", ": 1\n"),
                                              "list": ("checks: [", "1, ", "1]\n")}.items():
                path = pathlib.Path(folder) / f"{name}.yaml"
                with path.open("w") as file:  # a piece after the other: what this program takes is measured as well
                    file.writelines([start, *itertools.repeat(piece * 1000, 1000), end])
                with self.subTest(suite=name):
                    done = run("check", f"{self.server.url}/obedient", "--suite", str(path), deadline=60)
                    say(f"a suite with one long line, {name}: {done.peak_bytes / MIB:.0f} MiB")
                    self.assertEqual(done.exit, 2, done)
                    self.assertLess(len(done.output), 10_000)
                    self.assertLessEqual(done.peak_bytes - obedient, MORE_THAN_OBEDIENT)

    def test_files_of_ours_are_bounded_once_read(self):
        commands = [("report", "{}"), ("compare", "{}", "{}"), ("check", f"{self.server.url}/obedient", "--lock", "{}"),
                    ("lock", f"{self.server.url}/obedient", "--lock", "{}"), ("probe", "--config", "{}"),
                    ("check", f"{self.server.url}/obedient", "--suite", "{}"), ("gate", "{}"),
                    ("check", f"{self.server.url}/obedient", "--baseline", "{}"), ("check", "--manifest", "{}"),
                    ("call", f"{self.server.url}/obedient", "echo", "@{}")]
        with tempfile.TemporaryDirectory() as folder:
            for name, (start, piece, end) in {"objects": ("[", "{},", "{}]"), "lists": ('{"format": 1, "a": [', "[1],", "1]}"),
                                              "lines": ("", "\n", "\n")}.items():
                path = pathlib.Path(folder) / f"{name}.json"
                with path.open("w") as file:
                    file.writelines([start, *itertools.repeat(piece * 1000, 60_000_000 // (1000 * len(piece))), end])
                for words in commands:
                    with self.subTest(file=name, words=words):
                        done = run(*[word.format(path) for word in words], deadline=60)
                        say(f"{words[0]} of a file of {name}: {done.peak_bytes / MIB:.0f} MiB")
                        self.assertIn(done.exit, (1, 2) if words[0] != "compare" else (2,), done)
                        self.assertLess(len(done.output), 10_000)
                        self.assertLessEqual(done.peak_bytes, IN_ALL)

    def test_a_run_of_10_mb_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path, twice = pathlib.Path(folder) / "run.json", pathlib.Path(folder) / "large.json"
            run("check", f"{self.server.url}/obedient", "--json", str(path), deadline=60)
            whole = json.loads(path.read_text())
            exchanges = whole["exchanges"]
            while len(json.dumps(whole)) < 10_000_000:
                whole["exchanges"] = whole["exchanges"] + [dict(each) for each in exchanges]
            for number, each in enumerate(whole["exchanges"]):
                each["number"] = number
                each.pop("channel", None)
            twice.write_text(json.dumps(whole))
            for words in (("report", str(twice)), ("compare", str(path), str(twice)), ("compare", str(twice), str(twice))):
                done = run(*words, deadline=60)
                say(f"{words[0]} of a run of 10 MB: {done.peak_bytes / MIB:.0f} MiB")
                self.assertNotIn("mcplumb: error", done.output)
                self.assertLessEqual(done.peak_bytes, IN_ALL)

    def limited(self, limit, command, name):
        """How it ended, and the report."""
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder) / "report.json"
            words = [BIN_DIR / "mcplumb", *arguments(command, f"{self.server.url}/{name}", report)]
            done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=60, check=False,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
            return done, report.read_text() if report.exists() else ""

    def under_limit(self, limit, command, name):
        done, text = self.limited(limit, command, name)
        self.assertIn(done.returncode, ENDS[command], f"{limit} {command} {name}: {done}")
        self.assertNotIn("bad_alloc", done.stdout + done.stderr, f"{limit} {command} {name}")
        return text

    def test_without_memory_the_program_ends_as_ever_and_writes_the_verdicts(self):
        runs = [(limit * MIB, command, name) for limit in (48, 64, 73, 80, 96)
                for command in ("healthz", "check") for name in ("obedient", "empty-objects")]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for (limit, command, name), text in zip(runs, pool.map(lambda each: self.under_limit(*each), runs)):
                if command == "check":
                    with self.subTest(limit=limit, server=name):
                        self.assertGreater(len(json.loads(text)["outcomes"]), 100)

    def test_with_little_memory_the_report_is_written(self):
        runs = [(limit * MIB, "check", name) for limit in (128, 144, 176)
                for name in ("obedient", "empty-objects", "large-pages", "requests")]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for (limit, _, name), text in zip(runs, pool.map(lambda each: self.under_limit(*each), runs)):
                with self.subTest(limit=limit, server=name):
                    self.assertGreater(len(json.loads(text)["outcomes"]), 100)

    def test_a_sound_server_is_not_blamed_for_what_this_machine_lacks(self):
        runs = [(limit * MIB, command) for limit in (110, 134, 158) for command in ("healthz", "probe", "check")]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for (limit, command), (done, text) in zip(runs, pool.map(lambda each: self.limited(*each, "many-tools"), runs)):
                with self.subTest(limit=limit, command=command):
                    if command != "check":
                        self.assertIn(done.returncode, (0, 5), done)
                        continue
                    whole = json.loads(text)
                    failed = {each["id"] for each in whole["outcomes"] if each["verdict"] == "fail"}
                    self.assertLessEqual(failed, {"lifecycle.version.counter-offer", "http.version-header.garbage"})  # as it is
                    self.assertNotIn("broken", [each["found"] for each in whole.get("revisions", [])])


class OwnLimits(BesideServers):
    """A bound of ours is named as that, and is no fault of the server."""

    def test_a_list_of_many_pages(self):
        done = run("check", f"{self.server.url}/sixty-pages", "--only", "pagination.terminates", deadline=60)
        self.assertEqual(done.exit, 0, done)
        self.assertRegex(done.output, r"more\s+than\s+50\s+pages,\s+mcplumb's\s+own\s+limit")

    def test_a_lock_of_a_list_that_is_not_read_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            lock, report = pathlib.Path(folder) / "lock.json", pathlib.Path(folder) / "run.json"
            self.assertEqual(run("lock", f"{self.server.url}/obedient", "-o", str(lock), deadline=60).exit, 0)
            done = run("check", f"{self.server.url}/sixty-pages", "--only", "ping.respond", "--lock", str(lock),
                       "--json", str(report), deadline=60)
            again = run("report", str(report), deadline=60)
        self.assertEqual((done.exit, again.exit), (5, 5), done)
        for each in (done, again):
            self.assertNotIn("conforms", each.stdout)
            self.assertRegex(each.stdout, r"No verdict: the surface of \S+ could not be read: .*mcplumb's own limit")

    def test_a_list_that_is_too_large(self):
        done = run("exercise", f"{self.server.url}/many-tools", "--max-reply", "64k", deadline=60)
        self.assertEqual(done.exit, 5, done)
        self.assertRegex(done.stdout, r"No verdict: nothing was called: .*mcplumb's own limit; --max-reply raises it")
        self.assertNotIn("--tools all", done.output)

    def test_a_schema_that_asks_for_too_much(self):
        for name, said in {"required-names": "inputSchema asks for more than 256 KiB of arguments",
                           "some-required-names": "all that its inputSchema asks for is more than 8 MiB"}.items():
            with self.subTest(server=name):
                done = run("exercise", f"{self.server.url}/{name}", "-v", deadline=60)
                self.assertRegex(" ".join(done.stdout.split()), f"{said}, mcplumb's own limit")
                self.assertEqual(done.exit, 5 if name == "required-names" else 1, done)  # it serves what breaks its schema

    def test_a_draft_that_is_too_large(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run("init", f"{self.server.url}/many-tools", "-o", f"{folder}/draft.yaml", deadline=60)
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])
        self.assertEqual(done.exit, 5, done)
        self.assertRegex(done.output, r"a check for each of \d+ tools, .*mcplumb's own limit for a suite")


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        harness.main()
