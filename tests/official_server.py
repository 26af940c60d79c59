"""The official conformance tool against mcplumb-fixture: every scenario that it requires of a server of 2026-07-28.

    python3 tests/official_server.py            the test
    python3 tests/official_server.py measure    how long the tool's suite takes, and how long ours, on the same server
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

import harness
import official

REVISION = "2026-07-28"
# Not required: about the core, and about the extension for tasks. These pass as well.
CORE = ["http-header-validation", "http-custom-header-server-validation", "json-schema-2020-12"]
TASKS = ["tasks-lifecycle", "tasks-capability-negotiation", "tasks-wire-fields", "tasks-request-state-removal",
         "tasks-mrtr-input", "tasks-request-headers", "tasks-dispatch-and-envelope", "tasks-required-task-error",
         "tasks-mrtr-composition"]
MORE = CORE + TASKS


def suite(url, *more):
    return official.run("server", "--url", url, "--requirements", REVISION, *more)


def noted(folder, name):
    """The checks of one scenario."""
    files = [file for file in pathlib.Path(folder).glob(f"server-{name}-2*/checks.json")]
    return json.loads(files[0].read_text()) if files else []


class OfficialServer(unittest.TestCase):
    def test_required_scenarios(self):
        for era in ("stateless", "dual"):
            with self.subTest(era=era):
                self.assertEqual(self.failures("--era", era), {})

    def test_a_server_that_answers_with_json_cannot_report_progress(self):
        # The tool demands progress of it all the same; docs/official-conformance.md has the text.
        self.assertEqual(self.failures("--era", "stateless", "--json"),
                         {"tools-call-with-progress": ["tools-call-with-progress"]})

    def test_skills(self):
        for scenario in ("directory", "enumeration", "manifest"):
            with self.subTest(scenario=scenario), harness.fixture("--era", "stateless") as server:
                # Being of an extension, they stand in no revision; what is not in resources/list is worth a warning there.
                done = official.run("server", "--url", server.url, "--spec-version", REVISION, "--force", "--scenario",
                                    f"sep-2640-skills-{scenario}")
                self.assertEqual(done.returncode, 0, done.stdout[-3000:])
                self.assertIn("0 failed", done.stdout)

    def failures(self, *options):
        """What failed, by scenario; a warning counts."""
        options = (*options, "--longest", "60000")  # its scenarios of tasks have the tool compute for seconds
        names, bad, checks = official.required(REVISION, "server"), {}, 0
        with harness.fixture(*options) as server, tempfile.TemporaryDirectory() as folder:
            done = suite(server.url, "--output-dir", folder)
            for name in names + MORE:
                found = noted(folder, name)
                self.assertTrue(found, f"{name}: nothing was looked at\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
                checks += len(found)
                if failed := [check["id"] for check in found if check["status"] in ("FAILURE", "WARNING")]:
                    bad[name] = failed
        self.assertEqual(done.returncode, 1 if bad else 0, done.stdout[-3000:])
        harness.say(f"{' '.join(options)}: {len(names)} required scenarios and {len(MORE)} more, {checks} checks")
        return bad


def seconds(action):
    began = time.monotonic()
    action()
    return time.monotonic() - began


def measure(times=5):
    theirs, ours = [], []
    with harness.fixture("--era", "stateless") as server:
        for _ in range(times):
            theirs.append(seconds(lambda: suite(server.url)))
            ours.append(seconds(lambda: subprocess.run([harness.BIN_DIR / "mcplumb", "check", server.url],
                                                       capture_output=True, stdin=subprocess.DEVNULL)))
    print(f"medians of {times}: official tool {statistics.median(theirs):.2f} s, mcplumb check {statistics.median(ours):.2f} s")


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else harness.main()
