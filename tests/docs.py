"""What documents name exists: links and their sections, files, scripts, and the scripts that CI calls.

    python3 tests/docs.py    needs no build
"""

import os
import pathlib
import re
import subprocess
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
SCRIPT = re.compile(r"(?<![\w./-])(script/[\w-]+|\.ci/run)\b")
# In backticks, and with no placeholder in it; a name without its ending stands for all files that begin so.
FILE = re.compile(r"`((?:bench|cli|client|cmake|conformance|docs|fixtures|reports|tests)/[\w./-]*)`")
# Written at the time; what they name may have moved.
HISTORY = ("CHANGELOG.md", "docs/decisions/")


def tracked(*patterns):
    """All files but those that git ignores; without git (a source archive) whatever lies there."""
    done = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns], cwd=ROOT,
                          capture_output=True, text=True)
    names = done.stdout.split() if done.returncode == 0 else [
        str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(f"**/{pattern}")
        if "build" not in path.parts]
    return [ROOT / name for name in names if (ROOT / name).exists()]


def without_code(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def sections(path):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", without_code(path.read_text()), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def pages():
    """The name of each page, and its text."""
    return [(str(page.relative_to(ROOT)), page.read_text()) for page in tracked("*.md")]


class Documents(unittest.TestCase):
    def test_links(self):
        count = 0
        for page, text in pages():
            for link in LINK.findall(without_code(text)):
                if re.match(r"[a-z]+:", link):
                    continue
                count += 1
                name, _, section = link.partition("#")
                target = (ROOT / page).parent / name if name else ROOT / page
                self.assertTrue(target.exists(), f"{page}: the link to {link} leads nowhere")
                if section:
                    self.assertIn(section, sections(target), f"{page}: {link}")
        self.assertGreater(count, 30)

    def test_scripts(self):
        for page, text in pages():
            for script in SCRIPT.findall(text):
                self.assertTrue(os.access(ROOT / script, os.X_OK), f"{page}: {script}")

    def test_files(self):
        for page, text in pages():
            if page.startswith(HISTORY):
                continue
            for name in FILE.findall(text):
                self.assertTrue((ROOT / name).exists() or list(ROOT.glob(f"{name}*")), f"{page}: {name}")

    def test_every_page_is_in_the_table_of_the_readme(self):
        linked = {(ROOT / link.partition("#")[0]).resolve() for link in LINK.findall((ROOT / "README.md").read_text())}
        for page in tracked("docs/*.md"):
            if page.parent == ROOT / "docs":
                self.assertIn(page, linked, "README.md has no link to this page")


class Workflows(unittest.TestCase):
    def test_only_scripts_that_exist(self):
        count = 0
        for path in tracked(".github/workflows/*", ".pre-commit-config.yaml", ".ci/run"):
            for script in SCRIPT.findall(path.read_text()):
                count += 1
                self.assertTrue(os.access(ROOT / script, os.X_OK), f"{path.name}: {script}")
        self.assertGreater(count, 8)

    def test_ci_runs_every_script_of_the_local_run(self):
        local, remote = ({script for script in SCRIPT.findall((ROOT / path).read_text())}
                         for path in (".ci/run", ".github/workflows/ci.yml"))
        self.assertLessEqual(local, remote)


if __name__ == "__main__":
    harness.main()
