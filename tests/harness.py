"""Starts servers and runs mcplumb for the whole-program tests. Python's standard library only.

MCPLUMB_BIN_DIR   where the binaries are (default: build/)
MCPLUMB_SANITIZED set when they are sanitized: then memory is not measured, and time has slack
MCPLUMB_NOT_RUN   a file that gets a line for everything that was not run, with the reason; script/test prints it at its end
MCPLUMB_NO_SKIP=1 what a test misses (a program, a right) is a failure, as in CI
MCPLUMB_LIST=1    the names of the tests are printed, and none is run; tests/count.py reads them
"""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN_DIR = pathlib.Path(os.environ.get("MCPLUMB_BIN_DIR", ROOT / "build")).resolve()
SANITIZED = bool(os.environ.get("MCPLUMB_SANITIZED"))
SLACK = 4.0 if SANITIZED else 1.0
MIB = 1024 * 1024
NOT_RUN = []


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


def commands():
    """The commands of mcplumb, as --help lists them."""
    return re.findall(r"^  (\S+)", run("--help").stdout.split("Subcommands:")[1].split("\n\n")[0], re.M)


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


def left_out(what, why):
    """Says at the end of the run that this was not run, and why. For a choice; what a test misses is `skipTest`."""
    NOT_RUN.append(f"{what}: {why}")


def needed(*programs):
    """Where the first of these programs is that there is; none: the test is skipped, which CI does not allow."""
    folders = os.environ["PATH"] + ":/usr/sbin"
    found = next(filter(None, (shutil.which(program, path=folders) for program in programs)), None)
    if not found:
        raise unittest.SkipTest(f"{' or '.join(programs)} is not installed")
    return found


def tests_of(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from tests_of(each)
        else:
            yield each


def report_not_run(skipped):
    """Prints what was not run, and hands it to the run that this one is a part of."""
    module = pathlib.Path(sys.argv[0]).stem
    lines = [f"{module}: {line}" for line in [*(f"{test}: {why}" for test, why in skipped), *NOT_RUN]]
    if lines:
        say("\n".join(["", "Not run:", *(f"  {line}" for line in lines)]))
    if file := os.environ.get("MCPLUMB_NOT_RUN"):
        with open(file, "a") as out:
            out.write("".join(f"{line}\n" for line in lines))


def main(**how):
    """unittest.main, for which no test at all is a failure, and which ends with what was not run and why."""
    program = unittest.main(exit=False, testRunner=Lister if os.environ.get("MCPLUMB_LIST") else None, **how)
    if os.environ.get("MCPLUMB_LIST"):
        sys.exit(0)
    result = program.result
    skipped = [(test.id().removeprefix("__main__."), why) for test, why in result.skipped]
    report_not_run(skipped)
    if not result.testsRun and not skipped:
        sys.exit("no test was run")
    if skipped and os.environ.get("MCPLUMB_NO_SKIP"):
        sys.exit("here nothing may be skipped (MCPLUMB_NO_SKIP)")
    sys.exit(not result.wasSuccessful())


class Lister(unittest.TextTestRunner):
    """Prints the names of the tests instead of running them."""

    def run(self, test):
        print("\n".join(each.id().removeprefix("__main__.") for each in tests_of(test)))
        return unittest.TestResult()
