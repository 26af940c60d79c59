"""Every fixture of fixtures/real.json starts, shows its symptom on the wire, and stops.

    python3 tests/real_fixtures.py [f07 f30-nginx-ts ...]

Each symptom is looked for by plain HTTP, on the pins that have it and on those that do not: so the fixture and the way
to see it are proven together. Without names, and without MCPLUMB_ALL_REAL=1, each runs with its first two pin sets, and
those that take longest are left out.
"""

import contextlib
import json
import os
import pathlib
import select
import signal
import re
import subprocess
import sys
import time
import unittest
import urllib.parse

import harness
import wire

ALL = bool(os.environ.get("MCPLUMB_ALL_REAL"))
FIXTURES = {entry["name"]: entry for entry in json.loads((harness.ROOT / "fixtures" / "real.json").read_text())
            if entry["name"][0] == "f" and entry["name"][1:3].isdigit()}
SLOW = {"f29-ts-silent"}  # waits for a keep-alive that comes after 15 seconds
CHOSEN = tuple(sys.argv[1:])


# ---- symptoms: True when the server is broken, False when it is fine, an assertion when it is neither

def uniform_500(server):
    answers = list(wire.probes(server.url))
    sibling = wire.request(urllib.parse.urljoin(server.url, "/nope"), "GET")
    if {(a.status, a.body) for a in answers} == {(500, b"Internal Server Error")}:
        assert sibling.status == 404, sibling.status
        return True
    assert works(server.url), [a.status for a in answers]
    return False


def works(url):
    return wire.initialize(url).status == 200 and b"again" in wire.call(url, wire.session(url), "echo", {"s": "again"}).body


def poisoned(server):
    assert wire.session(server.url), "the first session works"
    wire.initialize(server.url)  # the second one crashes
    return all(wire.initialize(server.url).status == 500 for _ in range(3))


def hangs_on_term(server):
    """Starts the server itself, for its own process must get the signal."""
    with started_alone(server) as (process, url):
        stream = wire.open_stream(url, {"accept": "text/event-stream", **wire.session(url)})
        assert stream.status == 200
        select.select([], [], [], 1.5)  # part of the story: a stream that has been idle for a while
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(6 * harness.SLACK)
            return False
        except subprocess.TimeoutExpired:
            return True
        finally:
            stream.connection.close()


def spins(server):
    with started_alone(server) as (process, url):
        wire.initialize(url)
        before, began = cpu_seconds(process.pid), time.monotonic()
        select.select([], [], [], 3)
        share = (cpu_seconds(process.pid) - before) / (time.monotonic() - began)
        return share > 0.1  # a whole core, or what others leave of it; an idle one uses a hundredth


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def compressed_or_late(server):
    gzip = {"accept-encoding": "gzip"}
    known = wire.session(server.url, {})
    answer = wire.call(server.url, {**known, **gzip}, "prog", {"n": 3}, token=5)
    old = server.pins == "gzip-old"
    assert (answer.headers.get("content-encoding") == "gzip") == old, answer.headers
    if old:  # the header of the gzip format, then nothing, then all at once
        late = [after for after, data in answer.blocks if data[:2] != b"\x1f\x8b"]
        return len(answer.blocks) <= 3 and min(late, default=1) > 0.2
    try:
        wire.open_stream(server.url, {**known, **gzip, "accept": "text/event-stream"}, patience=5).connection.close()
        return False
    except TimeoutError:
        return True  # no status line before the first ping


def cut(server):
    answer = wire.initialize(server.url)
    assert answer.status == 200
    return not answer.complete and not answer.body


def starved(server):
    with contextlib.suppress(TimeoutError):
        wire.initialize(server.url, patience=3)
    try:
        wire.request(urllib.parse.urljoin(server.url, "/nope"), "GET", patience=5)
        return False
    except TimeoutError:
        return True


def loses_progress(server):
    answer = wire.call(server.url, wire.session(server.url), "prog", {"n": 3}, token=5)
    assert b"counted to 3" in answer.body
    return answer.body.count(b"notifications/progress") == 0


def primes_old_clients(server):
    answer = wire.initialize(server.url, "2025-06-18")
    first = answer.body.replace(b"\r", b"").split(b"\n\n")[0].split(b"\n")
    return b"data:" in [line.strip() for line in first]


def rejects_other_hosts(server):
    answer = wire.initialize(server.url, headers={"host": "mcp.example"})
    assert answer.status in (200, 421), answer.status
    assert wire.initialize(server.url).status == 200
    return answer.status == 421 and "content-type" not in answer.headers


def redirects(server):
    answer = wire.initialize(server.url)
    return answer.status == 307 and answer.headers["location"] == f"{server.url}/" and wire.initialize(f"{server.url}/").status == 200


def downgrades(server):
    answer = wire.initialize(server.url)
    return answer.status == 307 and answer.headers["location"] == f"{server.url}/".replace("https:", "http:")


def wrong_path(server):
    return wire.initialize(f"{server.url}/").status == 404 and wire.initialize(f"{server.url}/mcp").status == 200


def loses_sessions(server):
    answer = wire.initialize(server.url)  # its session lives in one worker
    known = {"mcp-session-id": answer.headers["mcp-session-id"]}
    statuses, end = set(), time.monotonic() + 60 * harness.SLACK
    while len(statuses) < 2 and time.monotonic() < end:  # a busy machine starts the second worker late
        statuses.add(wire.list_tools(server.url, known).status)
        time.sleep(0.05)
    assert statuses <= {200, 400, 404}, statuses
    return len(statuses) > 1


def endpoint_404(server):
    stream = wire.open_stream(server.url, {"accept": "text/event-stream"})
    answer = wire.initialize(urllib.parse.urljoin(server.url, first_endpoint(stream)))
    stream.connection.close()
    return answer.status == 404


def first_endpoint(stream):
    wire.read_on(stream, b"session_id=")
    found = re.search(rb"(?m)^data:(.*)", stream.body)
    assert found, (stream.status, stream.headers, stream.body)
    return found[1].decode().strip()


def accepts_into_void(server):
    stream = wire.open_stream(server.url, {"accept": "text/event-stream"})
    url = urllib.parse.urljoin(server.url, first_endpoint(stream))
    assert wire.initialize(url).status == 202
    stream.reply.close()
    stream.connection.close()
    deadline = time.monotonic() + 10
    while (status := wire.initialize(url).status) == 202 and time.monotonic() < deadline:
        pass
    return status == 202


def noisy_log(server):
    assert wire.initialize(server.url, headers={"accept": "text/plain"}).status == 406
    assert works(server.url)
    return "ClosedResourceError" in server.read_log()


def limits_bodies(server):
    answer = wire.call(server.url, wire.session(server.url), "echo", {"s": "x" * (5 << 20)})
    assert answer.status in (200, 413), answer.status
    return answer.status == 413


def exhausted(server):
    streams = [wire.open_stream(server.url, {"accept": "text/event-stream", **wire.session(server.url)}) for _ in range(2)]
    statuses = [wire.initialize(server.url).status for _ in range(3)]
    for stream in streams:
        stream.connection.close()
    return 503 in statuses


def second_fails(server):
    assert wire.initialize(server.url).status == 200
    return [wire.initialize(server.url).status for _ in range(2)] == [500, 500]


def body_consumed(server):
    answer = wire.initialize(server.url)
    return answer.status == 400 and b"-32700" in answer.body


def bad_schema(server):
    answer = wire.list_tools(server.url, wire.session(server.url))
    return b"'_zod'" in answer.body if server.pins == "sdk-1.29.0" else b'"properties":{}' in answer.body


def silent(server):
    stream = wire.open_stream(server.url, {"accept": "text/event-stream", **wire.session(server.url)}, patience=18)
    try:
        wire.read_on(stream, b"\n")
    except TimeoutError:
        return True
    finally:
        stream.connection.close()
    assert b": keepalive" in stream.body, stream.body
    return False


def buffered(server):
    answer = wire.call(server.url, wire.session(server.url), "prog", {"n": 4, "interval_ms": 300}, token=5)
    times = answer.arrivals(b"notifications/progress")
    assert len(times) == 4, answer.body
    return times[-1] - times[0] < 0.06 and answer.headers_after > 0.6


def idle_cut(server):
    stream = wire.open_stream(server.url, {"accept": "text/event-stream", **wire.session(server.url)})
    wire.read_on(stream)
    stream.connection.close()
    return not stream.complete and not stream.body and time.monotonic() - stream.began < 15


def html_502(server):
    answer = wire.initialize(server.url)
    return answer.status == 502 and answer.headers["content-type"] == "text/html"


SYMPTOMS = {
    "f00-standalone": uniform_500, "f01-mount-nolife": uniform_500, "f02-mount-life": uniform_500,
    "f03-wrapper-raises": uniform_500, "f04-wrapper-silent": uniform_500, "f05-lifespan-off": uniform_500,
    "f06-fastapi-onevent": uniform_500, "f07-poison": poisoned, "f08-double-run": "can only be called once per instance",
    "f09-on-startup": "unexpected keyword argument 'on_startup'", "f10-sigterm-hang": hangs_on_term,
    "f11-gzip": compressed_or_late, "f12-two-loops": cut, "f13-body-replay": starved, "f14-progress": loses_progress,
    "f15-priming": primes_old_clients, "f15-ts-priming": primes_old_clients, "f16-host-guard": rejects_other_hosts,
    "f17-slash": redirects, "f18-double-mcp": wrong_path, "f19-workers": loses_sessions, "f20-sse-prefix": endpoint_404,
    "f21-sse-stale": accepts_into_void, "f22-stateless-closed": noisy_log, "f23-body-limit": limits_bodies,
    "f24-limit-concurrency": exhausted, "f25-ts-reuse": second_fails, "f26-ts-shared-server": second_fails,
    "f27-ts-body-consumed": body_consumed, "f28-ts-zod": bad_schema, "f29-ts-silent": silent, "f30-nginx": buffered,
    "f30-nginx-good": buffered, "f30-nginx-default": buffered, "f30-nginx-ts": buffered, "f30-nginx-ts-good": buffered,
    "f30-nginx-request-header": buffered, "f30-nginx-idle-cut": idle_cut, "f30-nginx-down": html_502,
    "f30-nginx-py-idle-cut": idle_cut, "f30-nginx-ts-down": html_502, "f30-nginx-downgrade": downgrades,
    "f30-nginx-two-upstreams": loses_sessions, "f30-nginx-ts-two-upstreams": loses_sessions, "f31-spin": spins,
}
ALONE = (hangs_on_term, spins)  # these start the server themselves


@contextlib.contextmanager
def started_alone(server):
    """The process itself and its URL, without script/real-server around it."""
    words = [harness.ROOT / "script" / "real-server", server.name, "--pins", server.pins, "--print-command"]
    line = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    port = wire.free_port()
    process = subprocess.Popen(f"exec {line.format(port=port)}", shell=True, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wire.wait_for(port, process)
        yield process, f"http://127.0.0.1:{port}/mcp"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Chosen:
    """What a symptom needs to know of a server that it starts itself."""

    def __init__(self, name, pins):
        self.name, self.pins = name, pins


def start(name, pins):
    more = ["--tls"] if name == "f30-nginx-downgrade" else []
    server = harness.real_server(name, "--pins", pins, *more)
    server.name, server.pins = name, pins
    return server


class RealFixtures(unittest.TestCase):
    def test_symptoms(self):
        for name, entry in FIXTURES.items():
            if CHOSEN and not name.startswith(CHOSEN):
                continue
            if not (CHOSEN or ALL) and name in SLOW:
                harness.left_out(name, "it is slow: only by name or with --all-real")
                continue
            states = list(entry["pins"].items())
            tried = states if CHOSEN or ALL else states[:2]
            if left := [pins for pins, _ in states[len(tried):]]:
                harness.left_out(f"{name} with {', '.join(left)}", "only by name or with --all-real")
            for pins, state in tried:
                with self.subTest(fixture=name, pins=pins):
                    began = time.monotonic()
                    self.show(name, pins, state)
                    harness.say(f"{name} {pins}: {state} ({time.monotonic() - began:.1f} s)")

    def show(self, name, pins, state):
        symptom = SYMPTOMS[name]
        if state == "no start":
            return self.fails_to_start(name, pins, symptom)
        if isinstance(symptom, str):
            symptom = uniform_500
        if symptom in ALONE:
            return self.assertEqual(symptom(Chosen(name, pins)), state == "broken")
        with start(name, pins) as server:
            self.assertEqual(symptom(server), state == "broken", server.read_log())

    def fails_to_start(self, name, pins, log):
        command = [harness.ROOT / "script" / "real-server", name, "--pins", pins]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120 * harness.SLACK)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(log, done.stderr)
        self.assertIn("before it answered", done.stderr)

    def test_every_fixture_has_a_symptom(self):
        self.assertEqual(set(FIXTURES), set(SYMPTOMS))


if __name__ == "__main__":
    harness.main(argv=sys.argv[:1])
