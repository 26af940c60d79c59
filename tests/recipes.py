"""The gates and CI files of docs/recipes, carried out.

    python3 tests/recipes.py [shell | real]

shell: the shell lines of the two CI files, run as they stand, on a gate with the embedded fixture.
real: a gate on a server from PyPI that nobody here wrote. The environments stay in build/real/gate.
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
    chosen = {"shell": ["Shell"], "real": ["Real"]}.get(sys.argv[1] if len(sys.argv) > 1 else "", ["Shell", "Real"])
    unittest.main(argv=[sys.argv[0], *chosen])
