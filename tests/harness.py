"""Starts servers and runs mcplumb for the whole-program tests. Python's standard library only.

MCPLUMB_BIN_DIR   where the binaries are (default: build/)
MCPLUMB_SANITIZED set when they are sanitized: then memory is not measured, and time has slack
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN_DIR = pathlib.Path(os.environ.get("MCPLUMB_BIN_DIR", ROOT / "build")).resolve()
SANITIZED = bool(os.environ.get("MCPLUMB_SANITIZED"))
SLACK = 4.0 if SANITIZED else 1.0
MIB = 1024 * 1024


@dataclass
class Done:
    """A finished program."""

    args: list
    exit: int
    stdout: str
    stderr: str
    seconds: float
    peak_bytes: int  # resident; never less than this interpreter's own when it started the program

    @property
    def output(self):
        return self.stdout + self.stderr

    def json(self):
        return json.loads(self.stdout)

    def __str__(self):
        command = " ".join(map(str, self.args))
        return (f"$ {command}\nexit {self.exit} after {self.seconds:.2f} s, {self.peak_bytes / MIB:.1f} MiB\n"
                f"--- stdout\n{self.stdout[-3000:]}\n--- stderr\n{self.stderr[-3000:]}")


def run(*args, deadline=60.0, stdin="", env=None):
    """Runs mcplumb with these arguments. One that does not end in time is killed and fails the test."""
    command = [BIN_DIR / "mcplumb", *args]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **(env or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as source:
        source.write(stdin.encode())
        source.seek(0)
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=source, stdout=out, stderr=err, env=environment)
        late = threading.Event()
        killer = threading.Timer(deadline * SLACK, lambda: (late.set(), process.kill()))
        killer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        done = Done(command, process.returncode, out.read().decode(errors="replace"),
                    err.read().decode(errors="replace"), seconds, usage.ru_maxrss * 1024)
    if late.is_set():
        raise AssertionError(f"mcplumb did not end within {deadline * SLACK:.0f} s\n{done}")
    return done


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server that prints `listening on URL`; for `with`. Stopped by TERM, which it must obey unless it is `stubborn`."""

    def __init__(self, command, patience=60.0, stubborn=False):
        self.command, self.patience, self.stubborn = [str(word) for word in command], patience, stubborn
        self.url = ""

    def __enter__(self):
        if not os.access(self.command[0], os.X_OK):
            raise AssertionError(f"{self.command[0]} is not built")
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.log)
        killer = threading.Timer(self.patience * SLACK, self.process.kill)
        killer.start()
        line = self.process.stdout.readline().decode()
        killer.cancel()
        if not line.startswith("listening on "):
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{' '.join(self.command)} did not start: {line}{self.read_log()}")
        self.url = line.removeprefix("listening on ").strip()
        return self

    def read_log(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-3000:]

    def __exit__(self, kind, *_):
        self.process.terminate()
        try:
            self.process.wait(10 * SLACK)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            if not self.stubborn:
                raise AssertionError(f"{' '.join(self.command)} did not obey TERM") from None
        finally:
            self.process.stdout.close()
        if kind is None and self.process.returncode not in (0, 143) and not self.stubborn:
            raise AssertionError(f"{' '.join(self.command)} ended with {self.process.returncode}\n{self.read_log()}")
        self.log.close()


def fixture(*args, mutant=None):
    """The embedded server, obedient or breaking one rule."""
    chosen = ["--mutant", mutant] if mutant else []
    return Server([BIN_DIR / "mcplumb-fixture", "--port", "0", *chosen, *args])


def fixture_mutants():
    """Name and broken rule of every mutant."""
    listing = subprocess.run([BIN_DIR / "mcplumb-fixture", "--list"], check=True, capture_output=True, text=True)
    pairs = (line.split(None, 1) for line in listing.stdout.splitlines() if line.strip())
    return {pair[0]: pair[1] if len(pair) > 1 else "" for pair in pairs}


def real_server(name, *more):
    """A server from npm or PyPI; its first start installs it."""
    return Server([ROOT / "script" / "real-server", name, "--port", "0", *more], patience=300.0)


def outcomes(done):
    """Outcomes by check id, of a `check --json -`."""
    try:
        return {outcome["id"]: outcome for outcome in done.json()["outcomes"]}
    except (ValueError, KeyError) as problem:
        raise AssertionError(f"no run came out: {problem}\n{done}") from None


def say(text):
    """For the log of a passing test, too."""
    print(text, file=sys.stderr, flush=True)
