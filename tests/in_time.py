"""Every command that asks a server is over when --total-deadline has passed, whatever the server does: at most a second
later. Which commands have that option is asked of --help."""

import concurrent.futures
import contextlib
import http.server
import json
import pathlib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import harness
from harness import SLACK

TOTAL = 2
STUBBORN = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; time.sleep(60)"
FLOOD = "import sys\nwhile True: sys.stdout.write('{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\\n' * 100)"


class Peer(http.server.BaseHTTPRequestHandler):
    """What it does is the first part of the path."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        getattr(self, self.path.strip("/").replace("-", "_"))(message if isinstance(message, dict) else {})

    def do_GET(self):
        self.end_quietly(405)

    do_DELETE = do_GET

    def end_quietly(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, message):
        method, results = message.get("method"), {
            "initialize": {"protocolVersion": "2025-11-25", "serverInfo": {"name": "late", "version": "1"},
                           "capabilities": {"tools": {}, "prompts": {}, "resources": {}}},
            "ping": {}}
        if "id" not in message:
            return self.end_quietly(202)
        if method in results:
            reply = {"result": results[method]}
        elif method.endswith("/list"):
            key = "resourceTemplates" if "templates" in method else method.split("/")[0]
            reply = {"result": {key: [], "nextCursor": str(time.monotonic())}}
        else:
            reply = {"error": {"code": -32601, "message": "Method not found"}}
        self.reply(message, reply)

    def reply(self, message, outcome):
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless_pages(self, message):  # each just within the deadline
        if message.get("method", "").endswith("/list"):
            time.sleep(0.3)
        self.answer(message)

    def slow(self, message):
        time.sleep(0.7)
        self.answer(message)

    def long_errors(self, message):
        if message.get("method") == "initialize" or "id" not in message:
            return self.answer(message)
        self.reply(message, {"error": {"code": -32603, "message": "m" * 200_000 + "\n" * 200_000}})

    def silent(self, message):
        self.server.gone.wait(30)
        self.close_connection = True

    def comments(self, message):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        while not self.server.gone.wait(0.05):
            self.wfile.write(b": still here\n\n")
        self.close_connection = True

    def informational(self, message):
        while not self.server.gone.wait(0.02):
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        self.close_connection = True

    def log_message(self, *_):
        pass


class EmptyFrames(threading.Thread):
    """Speaks HTTP/2 over TLS: headers of an event stream, and then DATA frames without a byte in them."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        names = [str(pathlib.Path(folder, name)) for name in ("h2.pem", "h2.key")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-out", names[0], "-keyout", names[1]], check=True, capture_output=True)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(*names)
        self.tls.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}/mcp"

    def run(self):
        while True:
            threading.Thread(target=self.serve, args=(self.listener.accept()[0],), daemon=True).start()

    def serve(self, connection):
        def frame(kind, flags, stream, body=b""):
            return len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body

        with contextlib.suppress(OSError, EOFError), self.tls.wrap_socket(connection, server_side=True) as peer:
            reader = peer.makefile("rb")
            reader.read(24)  # the preface
            peer.sendall(frame(4, 0, 0))
            while len(head := reader.read(9)) == 9:
                reader.read(int.from_bytes(head[:3], "big"))
                if head[3] == 4 and not head[4] & 1:
                    peer.sendall(frame(4, 1, 0))
                if head[3] != 1:
                    continue
                stream = int.from_bytes(head[5:], "big")
                name, value = b"content-type", b"text/event-stream"
                peer.sendall(frame(1, 4, stream, b"\x88\0" + bytes([len(name)]) + name + bytes([len(value)]) + value))
                until = time.monotonic() + 30
                while time.monotonic() < until:
                    peer.sendall(frame(0, 0, stream) * 5000)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    gone = threading.Event()

    def handle_error(self, *_):
        pass


class InTime(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(("127.0.0.1", 0), Peer)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.addClassCleanup(cls.server.gone.set)
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.commands = [name for name in harness.commands()
                        if "--total-deadline" in harness.run(name, "--help").stdout]

    def line(self, command, number):
        """What the command needs besides the server."""
        words = {"call": ["echo", "message=x"], "read": ["x://y"], "prompt": ["p"]}.get(command, [])
        output = {"lock": ["-o"], "init": ["--output"]}.get(command)
        return words + (output + [pathlib.Path(self.folder, f"{command}-{number}")] if output else [])

    def hold(self, peers):
        jobs = [(command, peer) for command in self.commands for peer in peers]

        def one(job):
            (command, peer), number = job, jobs.index(job)
            before, behind = (peer, []) if isinstance(peer[0], str) and peer[0].startswith("http") else ([], ["--", *peer])
            done = harness.run(command, *before, *self.line(command, number), "--deadline", "1s",
                               "--total-deadline", f"{TOTAL}s", *behind, deadline=30)
            self.assertLessEqual(done.seconds, (TOTAL + 1) * SLACK, done)
            self.assertNotRegex(done.output, r"\binterrupted\b", done)  # nobody did
            self.assertNotIn(done.exit, (2,) if "/endless_pages" in str(peer) or "/slow" in str(peer) else (0, 2), done)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for result in [pool.submit(one, job) for job in jobs]:
                result.result()

    def test_over_http(self):
        url = f"http://127.0.0.1:{self.server.server_port}/"
        self.hold([[url + peer] for peer in ("endless_pages", "slow", "silent", "comments", "informational")])

    def test_over_stdio(self):
        self.hold([["python3", "-c", program] for program in (STUBBORN, FLOOD)])

    def test_empty_frames_of_http2(self):
        peer = EmptyFrames(self.folder)
        peer.start()
        for command in ("healthz", "probe", "check"):
            done = harness.run(command, peer.url, "--http2", "--insecure", "--deadline", "1s", "--total-deadline", f"{TOTAL}s")
            self.assertLessEqual(done.seconds, (TOTAL + 2) * SLACK, done)  # both ends of it are busy
            self.assertIn(done.exit, (1, 3, 5), done)
            self.assertRegex(" ".join(done.output.split()), "HTTP/2 frames that carry nothing|within the deadline", done)

    def test_it_is_said(self):
        self.assertGreaterEqual(len(self.commands), 10, self.commands)
        url = f"http://127.0.0.1:{self.server.server_port}/endless_pages"
        done = harness.run("list", url, "--deadline", "1s", "--total-deadline", "1500ms")
        self.assertEqual(done.exit, 5, done)
        self.assertIn("--total-deadline passed", done.stderr, done)
        silent = harness.run("call", "--total-deadline", "1s", "x", "--", "sleep", "60")
        self.assertEqual(silent.exit, 5, silent)
        self.assertRegex(" ".join(silent.stderr.split()), r"--total-deadline passed \(0 lines on stdout so far", silent)


if __name__ == "__main__":
    harness.main()
