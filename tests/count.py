"""Counts the tests: what lies in the tree is registered with ctest, built into its room's binary, and found by its program.

    MCPLUMB_BIN_DIR=build/dev python3 tests/count.py    the folder of a build; nothing but the names of tests is asked for
"""

import ast
import collections
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import harness

TESTS = pathlib.Path(__file__).resolve().parent
LABELS = {"unit", "program", "real", "fuzz"}  # what script/test selects by
PRODUCT = ("client", "conformance", "reports", "cli", "fixtures")


@functools.cache
def registered():
    """The commands that ctest runs, by name."""
    done = subprocess.run(["ctest", "--test-dir", harness.BIN_DIR, "--show-only=json-v1"], check=True, capture_output=True,
                          text=True)
    return {test["name"]: test for test in json.loads(done.stdout)["tests"]}


def programs():
    """Python files here with tests in them, and their trees."""
    trees = {path: ast.parse(path.read_text()) for path in sorted(TESTS.glob("*.py")) if path.name != "harness.py"}
    return {path: tree for path, tree in trees.items() if list(tests_in(tree))}


def tests_in(tree):
    """(class, method) of each test as it was written."""
    for kind in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for function in kind.body:
            if isinstance(function, ast.FunctionDef) and function.name.startswith("test"):
                yield kind.name, function.name


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("MCPLUMB_")}


def listed_by(path):
    """What all the registered commands of this program run."""
    names = []
    for test in registered().values():
        command = test.get("command", [])
        if str(path) in command:
            done = subprocess.run(command, capture_output=True, text=True,
                                  env={**clean_environment(), "MCPLUMB_LIST": "1", "MCPLUMB_BIN_DIR": str(harness.BIN_DIR)})
            if done.returncode != 0 or not done.stdout.strip():
                raise AssertionError(f"{test['name']} has no test\n{done.stderr}")
            names += done.stdout.split()
    return names


def is_found(written, tree, found):
    """Of a class that others are made from, one of them will do."""
    kind, method = written
    kinds = {kind} | {each.name for each in tree.body if isinstance(each, ast.ClassDef)
                      for base in each.bases if isinstance(base, ast.Name) and base.id == kind}
    return any(f"{each}.{method}" in found for each in kinds)


def cases_in(path):
    return re.findall(r'^TEST_CASE\("((?:[^"\\]|\\.)*)"', path.read_text(), re.M)


class Count(unittest.TestCase):
    def test_every_registered_test_has_a_label_by_which_it_is_chosen(self):
        self.assertGreater(len(registered()), 0)
        for name, test in registered().items():
            properties = {each["name"]: each["value"] for each in test["properties"]}
            self.assertEqual(len(LABELS & set(properties.get("LABELS", []))), 1, name)
            self.assertFalse(properties.get("DISABLED"), name)

    def test_every_test_of_a_program_runs_in_ctest(self):
        for path, tree in programs().items():
            with self.subTest(program=path.name):
                written = list(tests_in(tree))
                twice = [name for name, times in collections.Counter(written).items() if times > 1]
                self.assertEqual(twice, [], "the second hides the first")
                found = listed_by(path)
                self.assertEqual([name for name in written if not is_found(name, tree, found)], [],
                                 "written, but in no command of tests/CMakeLists.txt")

    def test_every_program_ends_with_what_was_not_run(self):
        for path in programs():
            ends = re.findall(r"(?m)^ .*\b(\w+)\.main\(", path.read_text())
            self.assertEqual(set(ends), {"harness"}, path.name)

    def test_every_case_is_in_the_binary_of_its_room(self):
        built = collections.Counter()
        binaries = {test["command"][0] for name, test in registered().items()
                    if name.startswith("unit.") and test["command"][0].endswith("_test")}
        for binary in binaries:
            done = subprocess.run([binary, "--list-test-cases", "--no-intro", "--no-version"], check=True,
                                  capture_output=True, text=True)
            cases = [line for line in done.stdout.splitlines() if not line.startswith(("[doctest]", "==="))]
            self.assertGreater(len(cases), 0, binary)
            built.update(cases)
        files = [path for folder in PRODUCT for path in (harness.ROOT / folder).rglob("*_test.cpp")]
        self.assertGreater(len(files), 0)
        for path in files:
            cases = cases_in(path)
            self.assertGreater(len(cases), 0, f"{path} has no test")
            for case in cases:
                case = case.replace('\\"', '"').replace("\\\\", "\\")
                with self.subTest(file=str(path.relative_to(harness.ROOT)), case=case):
                    self.assertGreater(built[case], 0, "no binary has it")
                built[case] -= 1

    def test_no_case_is_switched_off(self):
        for folder in PRODUCT:
            for path in (harness.ROOT / folder).rglob("*_test.cpp"):
                self.assertNotRegex(path.read_text(), r"doctest::(skip|may_fail|should_fail|expected_failures)", path.name)


class Skips(unittest.TestCase):
    """What a test that was skipped does to its run."""

    def run_program(self, body, **environment):
        program = "\n".join([f"import sys, unittest; sys.path.insert(0, {str(TESTS)!r}); import harness", body,
                             "harness.main()"])
        return subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True,
                              env={**clean_environment(), **environment})

    SKIPPING = ("class T(unittest.TestCase):\n"
                "    def test_a(self): harness.needed('no-such-program', 'nor-this')\n"
                "    def test_b(self): harness.left_out('half of it', 'it is slow')")

    def test_a_skip_is_told_with_its_reason(self):
        done = self.run_program(self.SKIPPING)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"Not run:\n.*T.test_a: no-such-program or nor-this is not installed\n"
                                      r".*half of it: it is slow")

    def test_a_skip_is_red_where_nothing_may_be_skipped(self):
        self.assertEqual(self.run_program(self.SKIPPING, MCPLUMB_NO_SKIP="1").returncode, 1)
        chosen = self.SKIPPING.replace("harness.needed('no-such-program', 'nor-this')", "pass")
        self.assertEqual(self.run_program(chosen, MCPLUMB_NO_SKIP="1").returncode, 0)

    def test_no_test_at_all_is_red(self):
        self.assertEqual(self.run_program("").returncode, 1)

    def test_ci_allows_no_skip(self):
        for path in (".ci/run", ".github/workflows/ci.yml"):
            self.assertRegex((harness.ROOT / path).read_text(), r"(?m)^\s*(export )?MCPLUMB_NO_SKIP(=1|: \"1\")", path)


if __name__ == "__main__":
    harness.main()
