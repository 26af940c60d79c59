"""Time and peak memory of `mcplumb call` on one tool, beside the official Inspector's CLI for the same call.

    cmake --build --preset release --target bench-call        or: python3 bench/call_bench.py [ROUNDS]

MCPLUMB_BIN_DIR says where the binaries are (default: build/). The first run installs the Inspector and a Node.js that
it accepts, both pinned, into build/real. Rounds alternate between the two, so that both see the same machine. The
time is wall time; user and system time stand beside it, because they do not depend on what else runs.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN_DIR = pathlib.Path(os.environ.get("MCPLUMB_BIN_DIR", ROOT / "build"))
FIXTURE = str(BIN_DIR / "mcplumb-fixture")
PINS = ["@modelcontextprotocol/inspector@2.12.0", "node@22.23.3"]
INSPECTOR = ROOT / "build" / "real" / "inspector"
GOAL = 20


def prepare():
    if (INSPECTOR / ".pins").exists() and (INSPECTOR / ".pins").read_text() == " ".join(PINS):
        return
    INSPECTOR.mkdir(parents=True, exist_ok=True)
    print(f"installing {' and '.join(PINS)} into {INSPECTOR.relative_to(ROOT)}", flush=True)
    subprocess.run(["npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", *PINS], cwd=INSPECTOR,
                   check=True)
    (INSPECTOR / ".pins").write_text(" ".join(PINS))


def peak_of(pid):
    """Peak bytes of a running process so far. Not from its exit: that counts the interpreter that started it."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def measure(command):
    """Seconds, processor seconds and peak bytes of a program, without the server that it may start."""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        peak = pid = 0
        while not pid:
            peak = max(peak, peak_of(process.pid))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode(errors="replace")
    if process.returncode != 0 or "sum" not in text:
        raise SystemExit(f"{' '.join(command)}\nended with {process.returncode}:\n{text[-2000:]}")
    return seconds, usage.ru_utime + usage.ru_stime, peak


def commands(transport, url):
    node = str(INSPECTOR / "node_modules" / ".bin" / "node")
    inspector = [node, str(INSPECTOR / "node_modules" / ".bin" / "mcp-inspector"), "--cli"]
    call = ["--method", "tools/call", "--tool-name", "test_structured_content", "--tool-arg", "a=1"]
    ours = [str(BIN_DIR / "mcplumb"), "call"]
    if transport == "stdio":
        server = [FIXTURE, "--transport", "stdio"]
        return ours + ["test_structured_content", "a=1", "--", *server], inspector + call + ["--", *server]
    kind = "http" if transport == "streamable-http" else "sse"
    return (ours + ["--transport", transport, url, "test_structured_content", "a=1"],
            inspector + [url, "--transport", kind] + call)


def compare(transport, rounds, url=""):
    ours, theirs = commands(transport, url)
    found = ([], [])
    for _ in range(rounds):
        found[0].append(measure(ours))
        found[1].append(measure(theirs))
    mine, other = ([statistics.median(column) for column in zip(*rows)] for rows in found)
    ratios = [b / a for a, b in zip(mine, other)]
    for name, (seconds, processor, peak) in (("mcplumb", mine), ("inspector", other)):
        print(f"  {transport:16} {name:10} {seconds * 1000:8.1f} ms  {processor * 1000:8.1f} ms cpu  {peak / 2**20:7.1f} MiB")
    print(f"  {'':16} {'ratio':10} {ratios[0]:8.1f}     {ratios[1]:8.1f}         {ratios[2]:7.1f}", flush=True)
    return ratios


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    prepare()
    print(f"one call of a tool, median of {rounds} rounds:")
    ratios = [compare("stdio", rounds)]
    for transport in ("streamable-http", "http-sse"):
        server = subprocess.Popen([FIXTURE, "--port", "0", "--transport", transport], stdout=subprocess.PIPE, text=True)
        try:
            url = server.stdout.readline().removeprefix("listening on ").strip()
            ratios.append(compare(transport, rounds, url))
        finally:
            server.terminate()
            server.wait()
    least = [min(column) for column in zip(*ratios)]
    print(f"goal: {GOAL} times less of both. Found at least: {least[0]:.1f} times less time, {least[2]:.1f} times less memory")


if __name__ == "__main__":
    main()
