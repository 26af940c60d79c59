"""The tutorial's commands, run as they stand there, against the embedded server.

    python3 tests/tutorial.py

A ```console block holds commands (`$ …`) and what they print; `…` stands for anything. A ```yaml block whose first line is
`# NAME` is the file NAME. Port 8000 is replaced by a free one.
"""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import harness

TUTORIAL = harness.ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.M | re.S)


def commands(block):
    """Pairs of a command and the lines that it must print."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def as_pattern(lines):
    """`…` alone on a line stands for any lines, inside a line for any text; spaces need not be as many."""
    pattern = ""
    for line in lines:
        if line == "…":
            pattern += r"(?:.*\n)*?"
        else:
            parts = [r"\s+".join(map(re.escape, part.split(" "))) for part in re.sub(" +", " ", line).split("…")]
            pattern += ".*".join(parts) + r"[ ]*\n"
    return pattern


class Tutorial(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.server = None
        self.environment = {**os.environ, "PATH": f"{harness.BIN_DIR}:{os.environ['PATH']}", "NO_COLOR": "1",
                            "COLUMNS": "80"}

    def start(self):
        self.server = harness.fixture().__enter__()
        self.addCleanup(self.server.__exit__, None)
        self.port = self.server.url.split(":")[2].split("/")[0]

    def run_command(self, command, expected):
        if command.endswith(" &"):
            self.assertEqual(command, "mcplumb-fixture --port 8000 &")
            self.start()
            output = f"listening on {self.server.url}\n"
        else:
            done = subprocess.run(["bash", "-c", command.replace(":8000", f":{self.port}")], cwd=self.folder,
                                  env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=60 * harness.SLACK)
            output = done.stdout
            self.assertEqual(done.returncode, 0, f"$ {command}\n{output}")
        output = output.replace(f":{self.port}/", ":8000/")
        self.assertRegex(output, re.compile(r"\A" + as_pattern(expected) if expected else r"\A.*", re.S if not expected else 0),
                         f"$ {command}")

    def test_every_command(self):
        count = 0
        for kind, block in BLOCK.findall(TUTORIAL.read_text()):
            if kind == "yaml":
                path = self.folder / block.splitlines()[0].removeprefix("# ")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block)
                continue
            for command, expected in commands(block):
                count += 1
                with self.subTest(command=command):
                    self.run_command(command, expected)
        self.assertGreater(count, 12)


if __name__ == "__main__":
    harness.main()
