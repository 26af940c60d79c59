"""How mcplumb reaches a server: TLS, client certificates, proxies, Unix sockets, other addresses, HTTP/2, secrets, deadlines.

In front of the embedded server stand small relays of this test's own, and nginx for HTTP/2.
"""

import base64
import contextlib
import pathlib
import re
import select
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import harness


def origin_form(data):
    """A request as servers expect it, where one starts that was meant for a proxy."""
    return re.sub(rb"^(\w+) http://[^/]+", rb"\1 ", data)


def pump(a, b):
    """Bytes both ways until one side has ended."""
    ends = {a: b, b: a}
    while ends:
        ready = [end for end in ends if isinstance(end, ssl.SSLSocket) and end.pending()]
        ready = ready or select.select(list(ends), [], [], 30)[0]
        if not ready:
            return
        for end in ready:
            try:
                data = end.recv(65536)
                if data:
                    ends[end].sendall(origin_form(data))
                    continue
                return
            except OSError:
                return


class Relay:
    """Accepts, lets `meet` look at the connection, and relays it to `port` unless that says otherwise."""

    def __init__(self, port, listener=None, context=None, meet=None):
        self.port, self.context, self.meet = port, context, meet
        self.listener = listener or socket.create_server(("127.0.0.1", 0))
        self.seen, self.refused = [], []

    def __enter__(self):
        self.listener.settimeout(0.2)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join(5)
        self.listener.close()

    @property
    def address(self):
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def accept(self):
        while not self.stopped.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(30)
        with contextlib.suppress(OSError):
            try:
                if self.context:
                    connection = self.context.wrap_socket(connection, server_side=True)
                    self.seen.append(connection.getpeercert() or {})
                first = self.meet(self, connection) if self.meet else b""
                if first is None:
                    return
                with socket.create_connection(("127.0.0.1", self.port)) as server:
                    server.sendall(first)
                    pump(connection, server)
            except ssl.SSLError as problem:
                self.refused.append(str(problem))
            finally:
                connection.close()


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            return head
        head += part
    return head


def proxy(relay, connection):
    """A CONNECT and forward proxy; for the latter every connection is for one server only."""
    head = read_head(connection)
    relay.seen.append(head)
    if head.startswith(b"CONNECT "):
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return b""
    return origin_form(head)


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def certificates(folder):
    """ca.pem, and server.pem and client.pem signed by it, each with its key in it."""
    path = lambda name: str(pathlib.Path(folder, name))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test authority",
            "-keyout", path("ca.key"), "-out", path("ca.pem"))
    pathlib.Path(folder, "names").write_text("subjectAltName=DNS:localhost,DNS:mcp.test,IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", path(f"{name}.key"),
                "-out", path(f"{name}.csr"))
        openssl("x509", "-req", "-in", path(f"{name}.csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
                "-CAcreateserial", "-days", "2", "-extfile", path("names"), "-out", path(f"{name}.crt"))
        text = pathlib.Path(folder, f"{name}.crt").read_text() + pathlib.Path(folder, f"{name}.key").read_text()
        pathlib.Path(folder, f"{name}.pem").write_text(text)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        certificates(cls.folder)
        cls.server = cls.enterClassContext(harness.fixture())
        cls.port = int(re.search(r":(\d+)/", cls.server.url)[1])

    def file(self, name):
        return str(pathlib.Path(self.folder, name))

    def context(self, client_wanted=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file("server.pem"))
        if client_wanted:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.file("ca.pem"))
        return context

    def healthy(self, *args, env=None):
        done = harness.run("healthz", *args, env=env)
        self.assertEqual(done.exit, 0, done)
        return done

    def expect(self, done, exit, words):
        self.assertEqual(done.exit, exit, done)
        self.assertRegex(done.output, words, done)


class Tls(Case):
    def test_authority(self):
        with Relay(self.port, context=self.context()) as relay:
            url = f"https://{relay.address}/mcp"
            self.healthy(url, "--ca-file", self.file("ca.pem"))
            self.healthy(url, "--insecure")
            self.expect(harness.run("healthz", url), 3, r"TLS failed: .*certificate")
        self.expect(harness.run("healthz", url, "--ca-file", "/no/such.pem"), 2, r"/no/such\.pem cannot be read")
        junk = pathlib.Path(self.file("junk.pem"))
        junk.write_text("no certificate")
        self.expect(harness.run("healthz", url, "--ca-file", junk), 3, r"unhealthy: ")

    def test_client_certificate(self):
        with Relay(self.port, context=self.context(client_wanted=True)) as relay:
            url = f"https://{relay.address}/mcp"
            ca = ["--ca-file", self.file("ca.pem")]
            self.healthy(url, *ca, "--cert", self.file("client.crt"), "--key", self.file("client.key"))
            self.healthy(url, *ca, "--cert", self.file("client.pem"))
            self.assertIn(((("commonName", "client"),),), [each.get("subject") for each in relay.seen])
            self.assertEqual(harness.run("healthz", url, *ca).exit, 3)
            self.expect(harness.run("healthz", url, *ca, "--key", self.file("client.key")), 2, r"--key needs --cert")

    def test_resolve(self):
        with Relay(self.port, context=self.context()) as relay:
            port = relay.address.split(":")[1]
            url = f"https://mcp.test:{port}/mcp"
            ca = ["--ca-file", self.file("ca.pem")]
            # The embedded server takes no foreign Host, which is its right; that it said so is enough.
            done = harness.run("healthz", url, *ca, "--resolve", f"mcp.test:{port}:127.0.0.1")
            self.assertNotRegex(done.output, r"no address|refused", done)
            self.assertTrue(relay.seen, "nothing reached the address")
            self.expect(harness.run("healthz", url, *ca), 3, r"no address")
        for wrong in ("mcp.test", "", "a:b:c", "mcp.test:80:", ":80:127.0.0.1", "mcp.test:0:127.0.0.1", "mcp.test:65536:127.0.0.1",
                      "mcp.test:80:localhost", "mcp.test:80:127.0.0.1,", "mcp.test:80:1.2.3", "mcp.test:8x:127.0.0.1"):
            self.expect(harness.run("healthz", url, "--resolve", wrong), 2, r"HOST:PORT:ADDRESS")
        for fine in ("other.test:80:::1", "other.test:80:[::1],127.0.0.1"):
            self.healthy(self.server.url, "--resolve", fine)


class Ways(Case):
    def test_forward_proxy(self):
        with Relay(self.port, meet=proxy) as relay:
            self.healthy(self.server.url, "--proxy", f"http://{relay.address}")
            self.assertTrue(relay.seen[0].startswith(b"POST http://127.0.0.1:"), relay.seen[0])

    def test_connect_proxy(self):
        with Relay(self.port, context=self.context()) as tls, Relay(0, meet=proxy) as relay:
            relay.port = int(tls.address.split(":")[1])
            self.healthy(f"https://{tls.address}/mcp", "--ca-file", self.file("ca.pem"), "--proxy", relay.address)
            self.assertTrue(relay.seen[0].startswith(b"CONNECT 127.0.0.1:"), relay.seen[0])

    def test_proxy_of_the_environment(self):
        with Relay(self.port, meet=proxy) as relay:
            env = {"http_proxy": f"http://{relay.address}", "no_proxy": ""}
            self.healthy(self.server.url, env=env)  # not asked for
            self.assertEqual(relay.seen, [])
            self.healthy(self.server.url, "--proxy", "env", env=env)
            self.assertNotEqual(relay.seen, [])
            count = len(relay.seen)
            self.healthy(self.server.url, "--proxy", "env", env={**env, "no_proxy": "localhost,127.0.0.1"})
            self.assertEqual(len(relay.seen), count)

    def test_proxy_with_a_password(self):
        with Relay(self.port, meet=proxy) as relay:
            secret = pathlib.Path(self.file("proxy"))
            secret.write_text(f"http://user:hidden@{relay.address}\n")
            done = harness.run("check", self.server.url, "--only", "ping.*", "--proxy", f"@{secret}", "--json", "-")
            self.assertIn(base64.b64encode(b"user:hidden"), relay.seen[0])
            self.assertNotIn("hidden", done.output)
            self.assertNotIn(base64.b64encode(b"user:hidden").decode(), done.output)

    def test_a_proxy_that_is_not_there(self):
        self.expect(harness.run("healthz", self.server.url, "--proxy", "http://127.0.0.1:9"), 3, r"refused|connection")
        self.expect(harness.run("healthz", self.server.url, "--proxy", "ftp://127.0.0.1:9"), 2, r"not a proxy URL")

    def test_unix_socket(self):
        path = self.file("mcp.sock")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        with Relay(self.port, listener=listener):
            self.healthy(self.server.url, "--unix-socket", path)
        self.expect(harness.run("healthz", self.server.url, "--unix-socket", "/no/such.sock"), 3, r"connection|socket")

    def test_http2(self):
        nginx = harness.needed("nginx")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        pathlib.Path(self.folder, "nginx.conf").write_text(f"""
            daemon off; pid nginx.pid; error_log stderr warn; events {{}}
            http {{
              access_log access.log; client_body_temp_path t1; proxy_temp_path t2;
              fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
              server {{
                listen 127.0.0.1:{port} ssl http2; ssl_certificate server.crt; ssl_certificate_key server.key;
                location / {{ proxy_pass http://127.0.0.1:{self.port}; proxy_buffering off; proxy_http_version 1.1;
                             proxy_set_header Host 127.0.0.1:{self.port}; }}
              }}
            }}""")
        process = subprocess.Popen([nginx, "-p", self.folder, "-c", "nginx.conf"], stderr=subprocess.PIPE)
        try:
            url = f"https://127.0.0.1:{port}/mcp"
            ca = ["--ca-file", self.file("ca.pem")]
            deadline = time.monotonic() + 20
            while harness.run("healthz", url, *ca).exit != 0:
                self.assertIsNone(process.poll(), "nginx ended")
                self.assertLess(time.monotonic(), deadline, "nginx does not answer")
            for flags, version in ([], "HTTP/1.1"), (["--http2"], "HTTP/2.0"):
                self.healthy(url, *ca, *flags)
                last = pathlib.Path(self.folder, "access.log").read_text().splitlines()[-1]
                self.assertIn(version, last)
        finally:
            process.terminate()
            process.wait(10)
            process.stderr.close()


class Secrets(Case):
    """A server that answers 401 with what it got, so that everything is shown."""

    def answer(self, relay, connection):
        relay.seen.append(read_head(connection))
        connection.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def test_headers_from_elsewhere(self):
        token = pathlib.Path(self.file("token"))
        token.write_text("from-file-5723\n")
        env = {"TOKEN": "from-env-4711"}
        rows = [(["-H", f"X-One=@{token}", "-H", "X-Two=@env:TOKEN"], [b"X-One: from-file-5723", b"X-Two: from-env-4711"]),
                (["--bearer", "@env:TOKEN"], [b"Authorization: Bearer from-env-4711"]),
                (["--bearer", f"@{token}"], [b"Authorization: Bearer from-file-5723"]),
                (["-H", "X-Plain: from-env-4711"], [b"X-Plain: from-env-4711"])]
        for flags, sent in rows:
            with self.subTest(flags=flags), Relay(0, meet=self.answer) as relay:
                url = f"http://{relay.address}/mcp"
                report = self.file("run.json")
                for command in (["check", "-v", "--json", report], ["list", "-v"], ["probe"]):
                    done = harness.run(*command, url, *flags, env=env)
                    self.assertEqual(done.exit, 4, done)
                    self.assertNotRegex(done.output, r"from-(file|env)")
                    self.assertIn("<redacted>", done.output) if command[0] != "probe" else None
                self.assertNotRegex(pathlib.Path(report).read_text(), r"from-(file|env)")
                for header in sent:
                    self.assertIn(header, relay.seen[0])

    def test_mistakes(self):
        empty = pathlib.Path(self.file("empty"))
        empty.write_text("\n")
        lines = pathlib.Path(self.file("lines"))
        lines.write_text("one\ntwo\n")
        url = "http://127.0.0.1:9/mcp"
        rows = [(["-H", "X=@env:NO_SUCH_VARIABLE"], r"NO_SUCH_VARIABLE is not set"),
                (["-H", "X=@/no/such/file"], r"/no/such/file cannot be read"),
                (["-H", f"X=@{empty}"], r"is empty"), (["-H", f"X=@{lines}"], r"more than one line"),
                (["--bearer", "plain"], r"@env:VARIABLE or @FILE"), (["-H", "Bearer secret"], r"is not a header")]
        for flags, words in rows:
            with self.subTest(flags=flags):
                done = harness.run("healthz", url, *flags)
                self.expect(done, 2, words)
                self.assertNotIn("secret", done.output)


class Deadlines(Case):
    """Servers that stop at one place, and the deadline that is for it. The others would take a minute."""

    HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

    def stall_after(self, answer):
        def meet(relay, connection):
            read_head(connection)
            connection.sendall(answer)
            relay.stopped.wait(60)
        return meet

    def test_each(self):
        rows = [(b"", "--headers-deadline", r"no reply headers within the deadline"),
                (self.HEAD, "--first-event-deadline", r"no byte of the reply body within 300 ms of its headers"),
                (self.HEAD + b": hello\n\n", "--idle-deadline", r"silent for 300 ms after 9 body bytes"),
                (self.HEAD, "--deadline", r"deadline")]
        for answer, flag, words in rows:
            with self.subTest(flag=flag), Relay(0, meet=self.stall_after(answer)) as relay:
                flags = ["--deadline", "50s"] if flag != "--deadline" else []
                done = harness.run("healthz", f"http://{relay.address}/mcp", *flags, flag, "300ms", deadline=40)
                self.assertIn(done.exit, (1, 3), done)
                self.assertRegex(done.stdout, words, done)
                self.assertLess(done.seconds, 25 * harness.SLACK, done)

    def test_connect(self):
        # A listener with a full queue takes no connection; what it is shown as is the system's business.
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            url = f"http://127.0.0.1:{full.getsockname()[1]}/mcp"
            waiting = [socket.socket() for _ in range(4)]
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(full.getsockname())
            done = harness.run("healthz", url, "--connect-deadline", "300ms", "--deadline", "50s", deadline=40)
            for each in waiting:
                each.close()
        self.expect(done, 3, r"no connection within the deadline")


if __name__ == "__main__":
    harness.main()
