"""What is written where: files, links, pipes and devices, a screen that is lost, and a start without stdin, stdout or
stderr. Devices are nodes that are made in a folder of the test; no device of the machine is named as a file.

  files.py [Class[.test]]
"""

import itertools
import json
import os
import pathlib
import re
import resource
import signal
import stat
import subprocess
import tempfile
import threading
import unittest
import xml.etree.ElementTree

import harness
from harness import BIN_DIR, SLACK

MCPLUMB = BIN_DIR / "mcplumb"
ONE_CHECK = ["--only", "ping.respond"]
NOBODY = "http://127.0.0.1:9/mcp"  # what is refused before the run is refused without asking anybody


def help_of(*command):
    return subprocess.run([MCPLUMB, *command, "--help"], capture_output=True, text=True, check=True).stdout


def report_flags():
    """Those of `check` that name a file to write."""
    return re.findall(r"^\s+(--[\w-]+) FILE\b.*'-' = stdout", help_of("check"), re.M)


def device(path, minor):
    """A node of /dev/null (3) or /dev/full (7) in a folder of ours; False: we may not make one."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        os.close(os.open(path, os.O_WRONLY))
        return True
    except OSError:
        return False


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(harness.fixture())
        cls.broken = cls.enterClassContext(harness.fixture(mutant="ping-not-found"))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.run_file = self.folder / "kept-run.json"

    def run_in(self, *args, stdout=subprocess.PIPE, limit=None, close=(), user=None):
        """In a folder of the test's own."""
        def prepare():
            for fd in close:
                os.close(fd)
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            if user is not None:
                os.setuid(user)
        return subprocess.run([MCPLUMB, *map(str, args)], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
                              stdout=stdout, stderr=subprocess.PIPE, timeout=60 * SLACK, preexec_fn=prepare,
                              env={**os.environ, "NO_COLOR": "1"})

    def check(self, *args, server=None, **how):
        return self.run_in("check", (server or self.server).url, *ONE_CHECK, *args, **how)

    def no_rest(self):
        self.assertEqual(list(self.folder.rglob("*.part-*")), [])

    def devices(self):
        for name, minor in (("null", 3), ("full", 7)):
            if not device(self.folder / name, minor):
                self.skipTest("this user may make no devices")

    def reader(self, path):
        """Reads a pipe with a name to its end."""
        read = []
        thread = threading.Thread(target=lambda: read.append(path.read_text()), daemon=True)
        thread.start()
        return lambda: (thread.join(20), read[0])[1]

    # What is there stays what it is.

    def test_every_report_goes_through_links_pipes_and_devices(self):
        flags = report_flags()
        self.assertIn("--junit", flags)
        for flag in flags:
            with self.subTest(flag=flag):
                base = self.folder / flag.strip("-")
                base.mkdir()
                (base / "target").write_text("old")
                (base / "link").symlink_to("target")
                self.assertEqual(self.check(flag, base / "link").returncode, 0)
                self.assertTrue((base / "link").is_symlink())
                self.assertNotEqual((base / "target").read_text(), "old")
                os.mkfifo(base / "pipe")
                text = self.reader(base / "pipe")
                self.assertEqual(self.check(flag, base / "pipe").returncode, 0)
                self.assertGreater(len(text()), 20)
                self.assertTrue(stat.S_ISFIFO((base / "pipe").stat().st_mode))
                if device(base / "null", 3):
                    self.assertEqual(self.check(flag, base / "null").returncode, 0)
                    self.assertTrue(stat.S_ISCHR((base / "null").stat().st_mode))
        self.no_rest()

    def test_what_other_commands_write(self):
        """lock, init, read and a baseline: a link stays, and so does a device."""
        self.devices()
        url = self.server.url
        rows = [["lock", url, "-o"], ["init", url, "--force", "-o"], ["read", url, "test://static-text", "-o"],
                ["check", url, *ONE_CHECK[:1], "ping.*", "--json"]]
        for args in rows:
            with self.subTest(command=args[0]):
                target, link = self.folder / f"{args[0]}-target", self.folder / f"{args[0]}-link"
                link.symlink_to(target.name)  # to nothing yet
                done = self.run_in(*args, link)
                self.assertEqual(done.returncode, 0, done)
                self.assertTrue(link.is_symlink())
                self.assertGreater(target.stat().st_size, 0)
                self.assertEqual(self.run_in(*args, "null").returncode, 0)
                done = self.run_in(*args, "full")
                self.assertEqual(done.returncode, 2, done)
                self.assertRegex(done.stderr, r"writing \S+ full failed: No space left")
                for name in ("null", "full"):
                    self.assertTrue(stat.S_ISCHR((self.folder / name).stat().st_mode))
        self.no_rest()

    def test_stdout_by_another_name(self):
        for name in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            with self.subTest(name=name):
                done = self.check("--json", name)
                self.assertEqual(json.loads(done.stdout)["outcomes"][0]["id"], "ping.respond", done)
        out = self.folder / "out"
        with out.open("w") as file:
            file.write("{}\n")
            file.flush()
            self.assertEqual(self.check("--json", "/dev/stdout", stdout=file).returncode, 0)
        before, _, after = out.read_text().partition("\n")
        self.assertEqual((json.loads(before), json.loads(after)["outcomes"][0]["id"]), ({}, "ping.respond"))

    def test_a_name_may_be_as_long_as_names_are(self):
        name = "n" * 255
        self.assertEqual(self.check("--json", name).returncode, 0)
        json.loads((self.folder / name).read_text())
        self.no_rest()

    def test_files_of_others_and_folders_that_take_no_names(self):
        if os.getuid() != 0:
            self.skipTest("only root can make files of others")
        nobody = 65534
        self.folder.chmod(0o755)
        for name, owner, mode in (("own", nobody, 0o600), ("shared", 0, 0o666), ("closed", 0, 0o644)):
            (self.folder / name).write_text("old")
            (self.folder / name).chmod(mode)
            os.chown(self.folder / name, owner, owner)
        for name in ("own", "shared"):
            done = self.check("--json", name, user=nobody)
            self.assertEqual(done.returncode, 0, done)
            json.loads((self.folder / name).read_text())
            self.assertEqual((self.folder / name).stat().st_uid, nobody if name == "own" else 0)
        for name in ("closed", "new"):
            done = self.run_in("check", NOBODY, "--json", name, user=nobody)
            self.assertEqual(done.returncode, 2, done)
            self.assertIn("cannot be written: Permission denied", done.stderr)
        self.assertEqual(self.check("--json", "own").returncode, 0)  # root replaces it, and it stays theirs
        self.assertEqual((self.folder / "own").stat().st_uid, nobody)

    # What cannot be is said before the run.

    def test_what_is_refused_before_anything_is_sent(self):
        (self.folder / "sub").mkdir()
        (self.folder / "one").write_text("old")
        os.link(self.folder / "one", self.folder / "hard")
        (self.folder / "soft").symlink_to("one")
        rows = [(["--json", "."], "it is a folder"), (["--json", "sub/"], "it is a folder"),
                (["--json", "no/file"], "No such file"), (["--json", "one/file"], "Not a directory"),
                (["--json", "/dev/fd/99"], "nothing is open there")]
        rows += [(["--json", one, "--junit", two], "are the same file") for one, two in
                 [("new", "new"), ("new", "./new"), ("one", "hard"), ("one", "soft"), ("soft", "hard"),
                  ("new", self.folder / "new"), ("sub/../new", "new")]]
        rows += [(["--json", "-", "--junit", "/dev/stdout"], "both want stdout"),
                 (["--baseline", "new", "--update-baseline", "--json", "./new"], "are the same file")]
        for args, says in rows:
            with self.subTest(args=args):
                done = self.run_in("check", NOBODY, *args)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn(says, done.stderr)
                self.assertEqual((self.folder / "one").read_text(), "old")
                self.assertFalse((self.folder / "new").exists())
        done = self.run_in("lock", NOBODY, "-o", "new", "--lock", "one", "--json", "./new")
        self.assertEqual(done.returncode, 2, done)

    def test_no_report_replaces_what_is_read(self):
        """Whatever option names it, and however it is spelled."""
        server, pem = self.server.url, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
        self.assertEqual(self.run_in("lock", server, "-o", "surface.lock").returncode, 0)
        self.assertEqual(self.check("--json", "run.json").returncode, 0)
        self.assertEqual(self.run_in("check", server, "--only", "ping.*", "--json", "late.json").returncode, 0)
        texts = {"suite.yaml": "variables: {own: text}\nchecks:\n  - {id: own.ping, call: {tool: echo, arguments: {message: '${own}'}}}\n", "secret": "s3cret-of-a-file", "cert.pem": pem,
                 "base.yaml": "expected: {}\n", "config.json": json.dumps({"mcpServers": {"one": {"url": NOBODY}}}),
                 "gate.yaml": "gate: Files\ncommand: 'false {version}'\nurl: http://127.0.0.1:{port}/mcp\n"
                              "before: {version: 1}\nafter: {version: 2}\n",
                 "server.json": json.dumps({"name": "io.github.a/b", "description": "d", "version": "1.0.0"})}
        for name, text in texts.items():
            (self.folder / name).write_text(text)
        (self.folder / "soft").symlink_to("surface.lock")
        check = ["check", NOBODY]
        rows = [(*check, "--lock", "surface.lock", "--json", "surface.lock"), (*check, "--lock", "surface.lock", "--junit", "./soft"),
                (*check, "--suite", "suite.yaml", "--json", "suite.yaml"), (*check, "--baseline", "base.yaml", "--json", "base.yaml"),
                ("check", "--config", "config.json", "--json", "config.json"),
                (*check, "--suite", "suite.yaml", "--var", "own=@secret", "--json", "secret"),
                (*check, "-H", "X-Key=@secret", "--json", "secret"), (*check, "--bearer", "@secret", "--json", "secret"),
                (*check, "--cert", "cert.pem", "--json", "cert.pem"), (*check, "--ca-file", "cert.pem", "--json", "cert.pem"),
                (*check, "--manifest", "server.json", "--json", "server.json"),
                ("exercise", NOBODY, "--bearer", "@secret", "--json", "secret"),
                ("lock", NOBODY, "--lock", "surface.lock", "-o", "surface.lock"),
                ("lock", NOBODY, "-o", "secret", "--bearer", "@secret"),
                ("init", NOBODY, "--force", "-o", "secret", "--bearer", "@secret"),
                ("read", "--config", "config.json", "test://static-text", "-o", "config.json"),
                ("gate", "gate.yaml", "--json", "gate.yaml"),
                ("compare", "run.json", "late.json", "--json", "run.json"), ("compare", "run.json", "late.json", "--junit", "late.json"),
                ("report", "run.json", "--json", "run.json")]
        before = {path: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
        for args in rows:
            with self.subTest(args=args):
                done = self.run_in(*args)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn("would replace a file that is read: ", done.stderr)
                self.assertEqual({path: path.read_bytes() for path in before}, before)

    def test_a_baseline_is_brought_up_to_date(self):
        (self.folder / "base.yaml").write_text("expected: {}\n")
        done = self.run_in("check", self.broken.url, "--baseline", "base.yaml", "--update-baseline", "--json", "run.json")
        self.assertIn(done.returncode, (0, 8), done)
        self.assertIn("ping", (self.folder / "base.yaml").read_text())

    def test_a_gate_tries_its_folder_before_it_runs_anything(self):
        (self.folder / "gate.yaml").write_text("gate: Files\nprepare: 'touch ran'\ncommand: 'false {version}'\n"
                                               "url: http://127.0.0.1:{port}/mcp\nbefore: {version: 1}\nafter: {version: 2}\n")
        self.run_in("gate", "gate.yaml", "--work", "first")
        (of_gate,) = [place.name for place in (self.folder / "first").iterdir()]
        for place in list(self.folder.rglob("ran")):
            place.unlink()
        (self.folder / f"work/{of_gate}/after.json").mkdir(parents=True)
        rows = [(["--work", "work"], f"work/{of_gate}/after.json cannot be written: it is a folder"),
                (["--work", "other", "--json", f"other/{of_gate}/before.json"], "are the same file")]
        (self.folder / f"other/{of_gate}").mkdir(parents=True)
        for args, says in rows:
            with self.subTest(args=args):
                done = self.run_in("gate", "gate.yaml", *args)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn(says, done.stderr)
                self.assertEqual(list(self.folder.rglob("ran")), [])

    # One that is lost.

    def test_one_lost_report_loses_no_other(self):
        self.devices()
        others = [flag for flag in report_flags() if flag != "--json"]
        files = [word for flag in others for word in (flag, flag.strip("-"))]
        for server, code in ((self.server, 2), (self.broken, 1)):
            with self.subTest(code=code):
                done = self.check("--json", "full", *files, server=server)
                self.assertEqual(done.returncode, code, done)
                self.assertRegex(done.stderr, "writing --json full failed: No space left on device")
                self.assertIn("1 check", done.stdout)
                for flag in others:
                    self.assertGreater((self.folder / flag.strip("-")).stat().st_size, 0, flag)
                xml.etree.ElementTree.parse(self.folder / "junit")

    def test_a_full_disk_keeps_the_old_file(self):
        (self.folder / "run.json").write_text("{}")
        done = self.check("--json", "run.json", limit=1000)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn("File too large", done.stderr)
        self.assertEqual((self.folder / "run.json").read_text(), "{}")
        self.no_rest()

    def test_a_lost_screen(self):
        """Of whatever command: not 0, and a sentence. The files are there all the same."""
        self.check("--json", self.run_file)
        url, kept = self.server.url, self.run_file
        rows = [["check", url, *ONE_CHECK, "--json", "run.json", "--junit", "junit.xml"], ["check", url, *ONE_CHECK, "--json", "-"],
                ["probe", url], ["list", url], ["healthz", url], ["call", url, "test_simple_text"],
                ["read", url, "test://static-text"], ["init", url, "-o", "-"], ["lock", url, "-o", "-"], ["checks"],
                ["explain", "ping.respond"], ["report", kept], ["report", kept, "--junit", "-"], ["compare", kept, kept],
                ["--help"], ["--version"], ["check", "--help"], ["completion", "bash"], ["man"]]
        for args in rows:
            with self.subTest(args=args), open("/dev/full", "w") as full:
                usual = self.run_in(*args).returncode
                done = self.run_in(*args, stdout=full)
                self.assertEqual(done.returncode, usual or 2, done)
                self.assertEqual(done.stderr.count("stdout could not be written: No space left on device"), 1, done)
        self.assertEqual(json.loads((self.folder / "run.json").read_text())["outcomes"][0]["id"], "ping.respond")
        xml.etree.ElementTree.parse(self.folder / "junit.xml")

    def test_a_reader_that_leaves(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "w") as gone:
            done = self.check("--json", "run.json", "--junit", "junit.xml", stdout=gone)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn("stdout was closed before all of it was written", done.stderr)
        self.assertEqual(json.loads((self.folder / "run.json").read_text())["outcomes"][0]["id"], "ping.respond")
        xml.etree.ElementTree.parse(self.folder / "junit.xml")
        self.no_rest()

    def test_who_waits_for_a_reader_can_be_stopped(self):
        """The report is larger than a pipe holds, and nobody reads it."""
        large = self.folder / "large.json"
        self.run_in("check", self.server.url, "--json", large)
        self.assertGreater(large.stat().st_size, 300_000)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                process = subprocess.Popen([MCPLUMB, "report", large, "--json", "-"], stdout=subprocess.PIPE,
                                           stderr=subprocess.DEVNULL)
                process.stdout.read(1)  # it has begun
                process.send_signal(number)
                self.assertEqual(process.wait(20 * SLACK), -number)
                process.stdout.close()

    # A start without some of stdin, stdout and stderr.

    def test_closed_at_the_start(self):
        for number in (1, 2, 3):
            for closed in itertools.combinations((0, 1, 2), number):
                with self.subTest(closed=closed):
                    done = self.check("--json", "run.json", close=closed)
                    self.assertEqual(done.returncode, 2 if 1 in closed else 0, done)
                    self.assertEqual(json.loads((self.folder / "run.json").read_text())["outcomes"][0]["id"], "ping.respond")
                    if 1 not in closed:
                        self.assertIn("1 check", done.stdout)
                    elif 2 not in closed:
                        self.assertIn("stdout could not be written: Bad file descriptor", done.stderr)

    def test_a_closed_stdin_and_a_program(self):
        done = self.run_in("check", *ONE_CHECK, "--json", "run.json", "--", BIN_DIR / "mcplumb-fixture", "--transport",
                           "stdio", close=(0,))
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(json.loads((self.folder / "run.json").read_text())["outcomes"][0]["id"], "ping.respond")


if __name__ == "__main__":
    harness.main()
