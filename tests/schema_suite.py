"""Our JSON Schema validator against the official test suite, which the source distribution of PyPI's jsonschema carries.

The first run fetches it, pinned by its hash, into build/real; later runs need no network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

import harness

NAME, VERSION = "jsonschema", "4.26.0"
SHA256 = "0c26707e2efad8aa1bfc5b7ce170f3fccc2e4918ff85989ba9ffa9facb2be326"
FOLDER = harness.ROOT / "build" / "real" / f"json-schema-suite-{VERSION}"
DRAFTS = {"draft6": 800, "draft7": 900, "draft2019-09": 1200, "draft2020-12": 1250}  # at least so many tests


def prepare():
    if (FOLDER / "tests").exists():
        return
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as work:
        subprocess.run([sys.executable, "-m", "venv", f"{work}/venv"], check=True)
        subprocess.run([f"{work}/venv/bin/pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                        "--no-binary", ":all:", "--dest", work, f"{NAME}=={VERSION}"], check=True)
        archive = f"{work}/{NAME}-{VERSION}.tar.gz"
        with open(archive, "rb") as file:
            found = hashlib.sha256(file.read()).hexdigest()
        if found != SHA256:
            raise AssertionError(f"{archive} has the hash {found}, and {SHA256} is pinned")
        with tarfile.open(archive) as tar:
            prefix = f"{NAME}-{VERSION}/json/"
            tar.extractall(work, [m for m in tar.getmembers() if m.name.startswith(prefix) and m.isfile()])
        shutil.rmtree(FOLDER, ignore_errors=True)
        os.rename(f"{work}/{prefix}", FOLDER)


class Suite(unittest.TestCase):
    def test_all_drafts(self):
        prepare()
        for draft, least in DRAFTS.items():
            with self.subTest(draft=draft):
                done = subprocess.run([harness.BIN_DIR / "schema-suite", FOLDER, draft, "all"],
                                      capture_output=True, text=True, timeout=60 * harness.SLACK)
                self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
                self.assertGreater(int(done.stdout.split()[-1]), least)
                harness.say(f"{draft}: {done.stdout.splitlines()[-1]}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--prepare"]:
        prepare()
    else:
        harness.main()
