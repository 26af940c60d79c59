"""Replies that a layer beneath the messages has spoiled, each by a server of a few lines: what it is must be said, and the
nearest healthy neighbour must not be blamed."""

import gzip
import json
import re
import socketserver
import threading
import unittest
import zlib

import harness

ECHO = {"name": "echo", "inputSchema": {"type": "object"}}
SEARCH = {"name": "search", "inputSchema": {"anyOf": [{"type": "object"}]}}


def answer(message, text="plain", tools=(ECHO,)):
    """The response to a request, or None to a notification."""
    if "id" not in message:
        return None
    results = {
        "initialize": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                       "serverInfo": {"name": text, "version": "1"}},
        "ping": {}, "tools/list": {"tools": list(tools)},
        "tools/call": {"content": [{"type": "text", "text": "x" * 5_000_000}]},
    }
    method = message["method"]
    if method not in results:
        return {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "Method not found"}}
    return {"jsonrpc": "2.0", "id": message["id"], "result": results[method]}


def plain(body, headers=(), length=None, status="200 OK", kind="application/json"):
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body) if length is None else length}", "", ""]).encode() + body


def stream(text, more=""):
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n{more}\r\n"
    return head.encode() + text.encode()


def body_of(message, **more):
    return json.dumps(answer(message, **more), ensure_ascii=False).encode()


# The time that gzip writes into its header is part of the bytes: at any, a body is compressed and not JSON cut short.
GZIP_TIME = int.from_bytes(b'{"\x80\x81', "little")

# What is sent for a request; None closes the connection. A second element: how long it stays open after it.
FAULTS = {
    "healthy": lambda m: plain(body_of(m)),
    "a tool without a type": lambda m: plain(body_of(m, tools=[ECHO, SEARCH])),
    "healthy, not ASCII": lambda m: plain(body_of(m, text="café")),
    "healthy stream": lambda m: stream(f"data: {body_of(m).decode()}\n\n"),
    "characters": lambda m: plain(body_of(m, text="café au lait à la crème"),
                                  length=len(body_of(m, text="café au lait à la crème").decode())),
    "too long": lambda m: plain(body_of(m), length=len(body_of(m)) + 7),
    "gzip": lambda m: plain(gzip.compress(body_of(m), mtime=GZIP_TIME), ["Content-Encoding: gzip"]),
    "gzip, unsaid": lambda m: plain(gzip.compress(body_of(m), mtime=GZIP_TIME)),
    "UTF-16": lambda m: plain(body_of(m).decode().encode("utf-16")),
    "UTF-16, without a mark": lambda m: plain(body_of(m).decode().encode("utf-16-be")),
    "UTF-16 stream": lambda m: plain(f"data: {body_of(m).decode()}\n\n".encode("utf-16-le"), ["Connection: close"],
                                     kind="text/event-stream"),
    "Latin-1, said": lambda m: plain(body_of(m, text="café").decode().encode("latin-1"),
                                     kind="application/json; charset=iso-8859-1"),
    "said to be Latin-1": lambda m: plain(body_of(m, text="café"), kind="application/json; charset=iso-8859-1"),
    "Latin-1 event": lambda m: stream("data: ") + body_of(m, text="café").decode().encode("latin-1") + b"\n\n",
    "deflate, unsaid": lambda m: plain(zlib.compress(body_of(m))),
    "Brotli, unsaid": lambda m: plain(b"\x0b\x1f\x80" + body_of(m) + b"\x03"),
    "Brotli, said": lambda m: plain(b"\x0b\x1f\x80" + body_of(m) + b"\x03", ["Content-Encoding: br"]),
    "cut headers": lambda m: plain(body_of(m), ["X-Trace: 1"])[:60],
    "9 KiB": lambda m: plain(body_of(m), ["X-State: " + "x" * 9000]),
    "70 KiB": lambda m: plain(body_of(m), ["X-State: " + "x" * 70_000]),
    "110 KiB": lambda m: plain(body_of(m), ["X-State: " + "x" * 110_000]),
    "310 KiB": lambda m: plain(body_of(m), [f"X-State-{i}: " + "x" * 10_000 for i in range(31)]),
    "open event": lambda m: stream(f"data: {body_of(m).decode()}\n"),
    "NaN": lambda m: stream('data: {"jsonrpc":"2.0","id":%s,"result":NaN}\n\n' % json.dumps(m["id"])),
    "endpoint": lambda m: stream("event: endpoint\ndata: /messages\n\n"),
}

SAYS = {  # command, exit codes, what must be said, what must not
    "healthy": ("probe", {0}, r"mcplumb check", r"Diagnosis|R-[A-Z]"),
    "healthy, not ASCII": ("probe", {0}, r"café", r"Diagnosis|R-[A-Z]"),
    "healthy stream": ("probe", {0}, r"mcplumb check", r"Diagnosis|R-[A-Z]"),
    "characters": ("probe", {1}, r"No session: .*Content-Length is \d+, which seems to count characters.*R-LENGTH", r"\bnull\b.*R-LENGTH"),
    "too long": ("probe", {1, 3}, r"No session: .*of the \d+ that Content-Length announces", r"R-LENGTH"),
    "gzip": ("probe", {1}, r"No session: .*compressed \(Content-Encoding: gzip\).*R-COMPRESSED", r"R-LENGTH|R-BUFFERED"),
    "gzip, unsaid": ("probe", {1}, r"No session: .*gzip, and no header says so.*R-COMPRESSED", r"R-LENGTH"),
    "UTF-16": ("probe", {1}, r"No session: .*it is UTF-16, where JSON has to be UTF-8", r"R-LENGTH|R-COMPRESSED"),
    "UTF-16, without a mark": ("probe", {1}, r"No session: .*it is UTF-16, where JSON has to be UTF-8", r"R-LENGTH|R-COMPRESSED"),
    "UTF-16 stream": ("probe", {1}, r"No session: .*it is UTF-16, where JSON has to be UTF-8", r"R-BUFFERED"),
    "Latin-1, said": ("probe", {1}, r"No session: .*not UTF-8 \(Content-Type says charset=iso-8859-1\): byte 0xE9", r"R-LENGTH|UTF-16"),
    "said to be Latin-1": ("probe", {0}, r"café", r"not UTF-8|R-[A-Z]"),
    "Latin-1 event": ("probe", {1}, r"No session: .*it is not UTF-8: byte 0xE9", r"UTF-16"),
    "deflate, unsaid": ("probe", {1}, r"No session: .*compressed \(deflate, and no header says so\).*R-COMPRESSED", r"UTF-16|R-LENGTH"),
    "Brotli, unsaid": ("probe", {1}, r"No session: .*no text, and begins with 0x0B.*perhaps by Brotli", r"UTF-16|R-LENGTH"),
    "Brotli, said": ("probe", {1}, r"No session: .*compressed \(Content-Encoding: br\).*R-COMPRESSED", r"UTF-16|R-LENGTH"),
    "cut headers": ("probe", {1, 3}, r"No session: .*in the middle of the reply's headers", r"before any body byte"),
    "9 KiB": ("probe", {0}, r"9 KiB of headers.*nginx", r"Node\.js"),
    "70 KiB": ("probe", {0}, r"6\d KiB of headers.*Node\.js.*http\.client", r"out of memory"),
    "110 KiB": ("probe", {1, 3}, r"No session: .*headers are larger than", r"[Oo]ut of memory"),
    "310 KiB": ("probe", {8}, r"No session: .*of (the )?reply('s)? headers|No session: .*headers are larger than", r"[Oo]ut of memory"),
    "open event": ("probe", {1}, r"No session: .*in the middle of an event, which no blank line ends: data: \{", r"stream is open"),
    "NaN": ("probe", {1}, r"No session: .*an event's data is not acceptable JSON: .*NaN", r"actual +null"),
    "endpoint": ("probe", {1}, r"endpoint. event: this is HTTP\+SSE|HTTP\+SSE, not Streamable", r"in the middle"),
}


class Spoiled(unittest.TestCase):
    def serve(self, make):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while line := self.rfile.readline():
                    length = 0
                    while (header := self.rfile.readline()).strip():
                        if header.lower().startswith(b"content-length:"):
                            length = int(header.split(b":")[1])
                    body = self.rfile.read(length)
                    if line.startswith(b"POST") and body.startswith(b"{") and body.endswith(b"}"):
                        message = json.loads(body)
                        reply = make(message) if "id" in message else plain(b"", status="202 Accepted")
                    else:
                        reply = plain(b"", status="405 Method Not Allowed" if line[:4] != b"POST" else "400 Bad Request")
                    self.wfile.write(reply)
                    if b"Connection: close" in reply or not reply.partition(b"\r\n\r\n")[1]:
                        return

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads = True, True

            def handle_error(self, *_):
                pass

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}/mcp"

    def test_each_is_named(self):
        for name, (command, exits, says, not_said) in SAYS.items():
            with self.subTest(reply=name):
                done = harness.run(command, self.serve(FAULTS[name]), "--deadline", "3s", "--era", "stateful")
                text = re.sub(r"\s+", " ", done.stdout)
                self.assertIn(done.exit, exits, done)
                self.assertRegex(text, says, done)
                self.assertNotRegex(text, not_said, done)

    def test_what_exceeds_a_limit_of_our_own_is_said_and_fails_no_check(self):
        url = self.serve(FAULTS["healthy"])
        refused = harness.run("call", url, "echo", "--max-reply", "4M")
        self.assertEqual(refused.exit, 5, refused)
        self.assertIn("larger than 4 MiB, mcplumb's own limit; --max-reply raises it", refused.output)
        whole = harness.run("call", url, "echo")
        self.assertEqual((whole.exit, whole.stdout.count("x")), (0, 5_000_000))
        self.assertEqual(harness.run("call", url, "echo", "--max-reply", "4 MB").exit, 2)
        done = harness.run("check", url, "--only", "tools.list.*", "--max-reply", "100", "--json", "-")
        self.assertEqual([o["id"] for o in harness.outcomes(done).values() if o["verdict"] == "fail"], [], done)

    def test_a_tool_is_called_by_its_name(self):
        done = harness.run("check", self.serve(FAULTS["a tool without a type"]), "--only", "tools.tool.input-schema")
        self.assertEqual(done.exit, 1, done)
        self.assertIn('tools["search"].inputSchema', done.stdout)


if __name__ == "__main__":
    harness.main()
