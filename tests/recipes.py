"""The gates and CI files of docs/recipes, carried out.

    python3 tests/recipes.py [shell | real | index]

shell: the shell lines of the two CI files, run as they stand, on a gate with the embedded fixture.
real: a gate on a server from PyPI that nobody here wrote. The environments stay in build/real/gate.
index: the recipes for npm and uv on small servers, and a bisection of each, with the versions asked from the index.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import harness
from harness import BIN_DIR, ROOT

RECIPES = ROOT / "docs" / "recipes"
GATE = """\
gate: Recipe
command: '"%s" --port {port} $OPTIONS'
url: http://127.0.0.1:{port}/mcp
only: ["session.*"]
before: {}
after: {variables: {OPTIONS: "%s"}}
watch: {idle: 100ms, stream: 200ms}
"""


def github_lines():
    """The text below each `run: |`."""
    text = (RECIPES / "github-actions.yml").read_text()
    found = re.findall(r"(?m)^( +)run: \|\n((?:\1  .*\n)+)", text)
    return ["\n".join(line.strip() for line in body.splitlines()) for _, body in found]


def gitlab_lines():
    """The entries of `script:`."""
    body = re.search(r"(?m)^  script:\n((?:    - .*\n)+)", (RECIPES / "gitlab-ci.yml").read_text())
    return [line.strip().removeprefix("- ") for line in body.group(1).splitlines()]


class Shell(unittest.TestCase):
    def run_lines(self, lines, options):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "gate.yaml").write_text(GATE % (BIN_DIR.resolve() / "mcplumb-fixture", options))
            environment = {**os.environ, "PATH": f"{BIN_DIR.resolve()}:{os.environ['PATH']}", "NO_COLOR": "1",
                           "GITHUB_STEP_SUMMARY": str(path / "summary.md")}
            done = subprocess.run(["bash", "-e", "-c", "\n".join(lines)], cwd=path, env=environment, text=True,
                                  capture_output=True, timeout=120 * harness.SLACK)
            files = {each.name: each.read_text() for each in path.iterdir() if each.is_file()}
            return done, files

    def test_github(self):
        self.assertEqual(len(github_lines()), 1)
        done, files = self.run_lines(github_lines(), "--mutant session-terminated-400")
        self.assertEqual(done.returncode, 7, done)
        self.assertIn("::error title=mcplumb Recipe::broken", done.stdout)
        self.assertIn("**broken", files["summary.md"])
        self.assertEqual(json.loads(files["gate.json"])["answer"], "broken")
        self.assertIn("<failure", files["gate.xml"])
        done, files = self.run_lines(github_lines(), "")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("**safe", files["summary.md"])

    def test_gitlab(self):
        done, files = self.run_lines(gitlab_lines(), "--mutant session-terminated-400")
        self.assertEqual(done.returncode, 7, done)
        self.assertIn("<failure", files["gate.xml"])
        done, _ = self.run_lines(gitlab_lines(), "")
        self.assertEqual(done.returncode, 0, done)


# One transport for all requests, which the SDK refuses from 1.26.0 on.
NODE_SERVER = """\
const express = require("express");
const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const { StreamableHTTPServerTransport } = require("@modelcontextprotocol/sdk/server/streamableHttp.js");
const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
const app = express().use(express.json());
app.all("/mcp", (request, response) => transport.handleRequest(request, response, request.body));
new McpServer({ name: "shop", version: "1.0.0" }).connect(transport)
  .then(() => app.listen(Number(process.env.PORT), "127.0.0.1"));
"""
PYTHON_SERVER = """\
import sys
from mcp.server.fastmcp import FastMCP
FastMCP("shop", port=int(sys.argv[2])).run(transport="streamable-http")
"""
QUICK = 'only: ["ping.*"]\nwatch: {idle: 200ms, stream: 500ms}\ndeadlines: {ready: 2m}\n'


class Index(unittest.TestCase):
    """The whole way of a user: project, recipe, package index."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=self.cache())
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)

    @staticmethod
    def cache():
        folder = ROOT / "build" / "real"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def write(self, recipe, **files):
        """The recipe as it stands, with few checks and short waits, beside the files of a project."""
        (self.path / "gate.yaml").write_text((RECIPES / recipe).read_text() + QUICK)
        for name, text in files.items():
            (self.path / name.replace("_", ".", 1)).write_text(text)

    def run_here(self, command, *args, env=None):
        done = harness.run(command, self.path / "gate.yaml", "--work", self.path / "work", *args, deadline=800, env=env)
        harness.say(f"{command} {' '.join(map(str, args))}: {done.seconds:.0f} s")
        return done

    def test_npm(self):
        self.write("npm.yaml", server_js=NODE_SERVER, package_json=json.dumps(
            {"name": "shop", "version": "1.0.0", "dependencies": {"@modelcontextprotocol/sdk": "1.25.1", "express": "5.1.0"}}))
        subprocess.run(["npm", "install", "--package-lock-only", "--silent", "--no-audit", "--no-fund"], cwd=self.path,
                       check=True)
        done = self.run_here("bisect", "--package", "@modelcontextprotocol/sdk", "--index", "npm", "--good", "1.25.2",
                             "--bad", "1.26.0", "--json", self.path / "report.json")
        self.assertEqual(done.exit, 7, done)
        self.assertRegex(done.stdout, r"first bad: @modelcontextprotocol/sdk 1\.26\.0 \(1\.25\.3 is good\)", done)
        report = json.loads((self.path / "report.json").read_text())
        self.assertEqual([each["rule"] for each in report["causes"]], ["R-SECOND"], done)

    def test_uv_and_pip(self):
        uv = subprocess.run([ROOT / "script" / "real-server", "python-mcp", "--prepare"], capture_output=True, text=True)
        self.assertEqual(uv.returncode, 0, uv)
        path = f"{ROOT / 'build' / 'real' / 'uv' / 'bin'}:{os.environ['PATH']}"
        self.write("uv.yaml", server_py=PYTHON_SERVER, requirements_txt="pydantic==2.12.4\nstarlette==0.49.1\n")
        done = self.run_here("bisect", "--package", "mcp", "--good", "1.21.2", "--bad", "1.23.1", "--strict",
                             env={"PATH": path})
        self.assertEqual(done.exit, 7, done)
        self.assertRegex(done.stdout, r"first bad: mcp 1\.23\.0 \(1\.22\.0 is good\)", done)
        self.assertRegex(done.stdout, r"\[answer\.host-foreign\]", done)


class Real(unittest.TestCase):
    def test_mcp_proxy_with_another_sdk(self):
        work = ROOT / "build" / "real" / "gate"
        done = harness.run("gate", RECIPES / "foreign" / "mcp-proxy.yaml", "--work", work, "--json", "-", deadline=500)
        self.assertEqual(done.exit, 0, done)
        report = done.json()
        changes = {each["id"]: (each["before"], each["after"]) for each in report["changes"]}
        # What mcp 1.26.0 and 1.29.0 are known to have changed.
        self.assertIn("answer.unknown-session", changes, done)
        self.assertTrue(changes["answer.unknown-session"][1].startswith("404"), changes)
        self.assertTrue(changes["limit.body-5-mib"][1].startswith("413"), changes)
        self.assertIn({"package": "mcp", "before": "1.25.0", "after": "1.29.0"}, report["packages"])
        harness.say(f"a gate on mcp-proxy: {done.seconds:.0f} s; {report['line']}")


if __name__ == "__main__":
    kinds = {"shell": ["Shell"], "real": ["Real"], "index": ["Index"]}
    chosen = kinds.get(sys.argv[1] if len(sys.argv) > 1 else "", ["Shell", "Real", "Index"])
    harness.main(argv=[sys.argv[0], *chosen])
