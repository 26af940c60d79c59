"""Plain HTTP as the wire shows it, for tests that look at a server without mcplumb. Python's standard library only."""

import http.client
import json
import socket
import ssl
import time
import urllib.parse
from dataclasses import dataclass, field

JSON_HEADERS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
PATIENCE = 30.0


@dataclass
class Answer:
    status: int
    headers: dict
    headers_after: float
    blocks: list = field(default_factory=list)  # (seconds since the request, bytes)
    complete: bool = True

    @property
    def body(self):
        return b"".join(data for _, data in self.blocks)

    def arrivals(self, word):
        """Seconds at which each event that contains `word` had come in whole."""
        seen, times = b"", []
        for after, data in self.blocks:
            seen += data
            times += [after] * (seen.count(word) - len(times))
        return times


def connect(url, patience=PATIENCE):
    at = urllib.parse.urlsplit(url)
    if at.scheme == "https":
        return http.client.HTTPSConnection(at.netloc, timeout=patience, context=ssl._create_unverified_context())
    return http.client.HTTPConnection(at.netloc, timeout=patience)


def open_stream(url, headers=None, method="GET", body=None, patience=PATIENCE):
    """The reply's head; whoever closes `answer.connection` cuts the stream."""
    at = urllib.parse.urlsplit(url)
    connection = connect(url, patience)
    began = time.monotonic()
    try:
        connection.request(method, at.path + (f"?{at.query}" if at.query else ""), body, headers or {})
        reply = connection.getresponse()
    except OSError:
        connection.close()
        raise
    answer = Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, time.monotonic() - began)
    answer.connection, answer.reply, answer.began = connection, reply, began
    return answer


def read_on(answer, until=None):
    """Reads to the end, or until the body contains `until`."""
    while not (until and until in answer.body):
        try:
            data = answer.reply.read1(65536)
        except http.client.IncompleteRead as cut:
            data, answer.complete = cut.partial, False
        except (ConnectionError, http.client.HTTPException):
            data, answer.complete = b"", False
        if not data:
            break
        answer.blocks.append((time.monotonic() - answer.began, data))
    return answer


def request(url, method="POST", body=None, headers=None, patience=PATIENCE):
    answer = open_stream(url, headers, method, body, patience)
    try:
        return read_on(answer)
    finally:
        answer.connection.close()


def post(url, message, headers=None, patience=PATIENCE):
    return request(url, "POST", json.dumps(message), {**JSON_HEADERS, **(headers or {})}, patience)


def initialize(url, revision="2025-06-18", headers=None, patience=PATIENCE):
    about = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "wire", "version": "1"}}
    return post(url, {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about}, headers, patience)


def session(url, headers=None):
    """The headers of a new session."""
    answer = initialize(url, headers=headers)
    assert answer.status == 200, (answer.status, answer.body[:200])
    known = {**(headers or {})}
    if "mcp-session-id" in answer.headers:
        known["mcp-session-id"] = answer.headers["mcp-session-id"]
    post(url, {"jsonrpc": "2.0", "method": "notifications/initialized"}, known)
    return known


def call(url, known, tool, arguments, token=None):
    params = {"name": tool, "arguments": arguments, **({"_meta": {"progressToken": token}} if token else {})}
    return post(url, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}, known)


def list_tools(url, known):
    return post(url, {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}, known)


def probes(url):
    """Answers to seven requests that a living endpoint tells apart."""
    yield initialize(url)
    yield post(url, "x", {"content-type": "text/plain"})
    yield request(url, "POST", "{", JSON_HEADERS)
    yield initialize(url, headers={"accept": "text/plain"})
    for method in ("GET", "DELETE", "PUT"):
        yield request(url, method, headers={"accept": "text/event-stream"})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process, patience=60.0):
    """Until something answers on the port, for a path that no server has."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return request(f"http://127.0.0.1:{port}/is-it-up", "GET", patience=5)
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers on port {port}")
