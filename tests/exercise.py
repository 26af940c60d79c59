"""Tools that a run calls by itself, against the embedded server, which writes down each call.

    python3 tests/exercise.py
"""

import json
import pathlib
import shlex
import tempfile
import unittest

import harness

ERAS = {"stateful": (["--era", "stateful"], []), "stateless": (["--era", "stateless"], ["--revision", "2026-07-28"])}
QUICK = ["--longest", "300", "--keepalive", "300"]


class Recorded:
    """A fixture whose calls are written down; for `with`."""

    def __init__(self, *args, mutant=None):
        self.args, self.mutant = args, mutant

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.file = pathlib.Path(self.folder.name, "calls")
        self.server = harness.fixture(*QUICK, *self.args, "--calls", self.file, mutant=self.mutant).__enter__()
        self.url = self.server.url
        return self

    def __exit__(self, *problem):
        self.folder.cleanup()
        self.server.__exit__(*problem)

    def calls(self):
        """Since the last time, in order."""
        if not self.file.exists():
            return []
        lines = self.file.read_text().splitlines()
        self.file.write_text("")
        return [json.loads(line) for line in lines]

    def called(self):
        return {call["tool"] for call in self.calls()}


def tools_of(server, *flags):
    return {tool["name"]: tool for tool in harness.run("list", "--json", server.url, *flags).json()["tools"]}


def says_it_only_reads(tool):
    hints = tool.get("annotations", {})
    return hints.get("readOnlyHint") is True and hints.get("destructiveHint") is not True


class Allowed(unittest.TestCase):
    """Nothing that the user did not allow is ever called."""

    def test_without_permission_nothing_is_called(self):
        for era, (of_fixture, flags) in ERAS.items():
            with self.subTest(era=era), Recorded(*of_fixture) as server:
                known = set(tools_of(server, *flags))
                run = pathlib.Path(server.folder.name, "run.json")
                for words in (["healthz", server.url], ["list", server.url], ["probe", server.url],
                              ["check", server.url, "--slow", "--json", run], ["check", server.url, "--tools", "none"],
                              ["compare", run, run]):
                    done = harness.run(*words, *(flags if words[0] != "compare" else []), deadline=120)
                    self.assertEqual(done.exit, 0, done)
                    self.assertEqual(server.called() & known, set(), words)

    def test_a_gate_calls_nothing(self):
        with tempfile.TemporaryDirectory() as folder, Recorded() as other:
            gate, calls = pathlib.Path(folder, "gate.yaml"), pathlib.Path(folder, "calls")
            gate.write_text(f"gate: Nothing is called\ncommand: '{harness.BIN_DIR}/mcplumb-fixture --port {{port}} --calls {calls}'\n"
                            "url: http://127.0.0.1:{port}/mcp\nbefore: {}\nafter: {}\n")
            done = harness.run("gate", gate, "--work", pathlib.Path(folder, "work"), deadline=300)
            self.assertEqual(done.exit, 0, done)
            called = {json.loads(line)["tool"] for line in calls.read_text().splitlines()}
            self.assertEqual(called & set(tools_of(other)), set())

    def test_safe_is_what_says_that_it_only_reads(self):
        for era, (of_fixture, flags) in ERAS.items():
            with self.subTest(era=era), Recorded(*of_fixture) as server:
                known = tools_of(server, *flags)
                safe = {name for name, tool in known.items() if says_it_only_reads(tool)}
                self.assertLess(len(safe), len(known))
                harness.run("check", server.url, *flags, "--slow", "--tools", "safe", deadline=240)
                self.assertEqual(server.called() & set(known), safe)
                harness.run("check", server.url, *flags, "--tools", "safe", "--not", "test_*", "--not", "greet", deadline=240)
                self.assertEqual(server.called() & set(known), {n for n in safe if not n.startswith("test_")} - {"greet"})

    def test_all_is_all_but_what_is_ruled_out(self):
        for era, (of_fixture, flags) in ERAS.items():
            with self.subTest(era=era), Recorded(*of_fixture) as server:
                known = set(tools_of(server, *flags))
                harness.run("check", server.url, *flags, "--only", "exercise", "--tools", "all", "--calls", "2000",
                            "--not", "confirm_delete", "--not", "*change*", deadline=240)
                self.assertEqual(server.called() & known,
                                 {n for n in known if n != "confirm_delete" and "change" not in n})

    def test_a_glob_is_what_fits_it(self):
        for era, (of_fixture, flags) in ERAS.items():
            with self.subTest(era=era), Recorded(*of_fixture) as server:
                known = set(tools_of(server, *flags))
                harness.run("check", server.url, *flags, "--slow", "--tools", "test_str*", "--tools", "greet", deadline=240)
                self.assertEqual(server.called() & known,
                                 {n for n in known if n.startswith("test_str") or n == "greet"})

    def test_a_glob_that_fits_nothing_is_said(self):
        for era, (of_fixture, flags) in ERAS.items():
            with self.subTest(era=era), Recorded(*of_fixture) as server:
                for command in ("check", "exercise"):
                    done = harness.run(command, server.url, *flags, "--tools", "x*", deadline=120)
                    self.assertEqual(done.exit, 2, done)
                    self.assertRegex(done.stderr, r"^mcplumb: error: --tools x\*: .*no tool.*\n$")
                self.assertEqual(server.called() & set(tools_of(server, *flags)), set())

    def test_what_is_misspelt_is_said_before_anything_is_called(self):
        with Recorded() as server:
            for words, said in ((["--tools", "saef"], "did you mean `safe`"), (["--resources", "al"], "did you mean `all`"),
                                (["--tool", "contents=greet"], "no check knows the role contents; did you mean `content`"),
                                (["--tools", "all", "--not", "gret"], "did you mean `greet`"), (["--seed", "-1"], "-1"), (["--calls", "0"], "--calls")):
                done = harness.run("exercise", server.url, *words, deadline=120)
                self.assertEqual(done.exit, 2, done)
                self.assertIn(said, done.stderr)
            self.assertEqual(server.called() & set(tools_of(server)), set())

    def test_arguments_that_come_with_a_role_are_no_role_that_nothing_uses(self):
        with Recorded() as server:
            for words, warned in ((['content=greet {"name":"you"}'], False), (["content=greet"], True)):
                done = harness.run("exercise", server.url, "--tools", "greet", "--tool", *words, deadline=120)
                self.assertEqual((done.exit, "in the role content" in done.stderr), (0, warned), done)

    def test_the_command_calls_what_is_safe_unless_more_is_said(self):
        for era, (of_fixture, flags) in ERAS.items():
            with self.subTest(era=era), Recorded(*of_fixture) as server:
                known = tools_of(server, *flags)
                safe = {name for name, tool in known.items() if says_it_only_reads(tool)}
                for words, expected in (([], safe), (["--not", "test_*"], {n for n in safe if not n.startswith("test_")}),
                                        (["--tools", "confirm_*"], {"confirm_delete"})):
                    harness.run("exercise", server.url, *flags, *words, deadline=240)
                    self.assertEqual(server.called() & set(known), expected, words)

    def test_resources_and_prompts_may_be_all_that_is_asked_for(self):
        for allowed, judged in ((["--resources", "all"], "resources"), (["--prompts", "all"], "prompts"), ([], "")):
            with self.subTest(allowed=allowed), Recorded() as server:
                done = harness.run("exercise", server.url, "--tools", "none", *allowed, "--json", "-", deadline=240)
                self.assertEqual(done.exit, 0 if allowed else 5, done)
                self.assertEqual(server.calls(), [])
                if judged:
                    self.assertTrue(done.json()["exercise"][judged])

    def test_roles_that_were_seen_serve_the_checks(self):
        roles = {"content": "tools.call.result", "progress": "progress.token-types", "structured": "tools.call.structured",
                 "log": "logging.threshold.delivers", "failing": "tools.call.failure", "change-tools": "tools.list-changed.sent"}
        flags = [word for check in roles.values() for word in ("--only", check)]
        with Recorded("--longest", "1000") as server:
            for allowed in ([], ["--tools", "all"]):
                run = harness.run("check", server.url, *flags, *allowed, "--json", "-").json()
                verdicts = {outcome["id"]: outcome["verdict"] for outcome in run["outcomes"]}
                self.assertEqual(verdicts, dict.fromkeys(roles.values(), "pass" if allowed else "skip"))

    def test_resources_and_prompts_that_were_served_serve_the_checks(self):
        wanted = {"resources.read.contents": "--resources", "prompts.get.messages": "--prompts"}
        flags = [word for check in wanted for word in ("--only", check)]
        with Recorded() as server:
            for allowed in ([], ["--resources", "safe"], ["--prompts", "safe"]):
                run = harness.run("check", server.url, *flags, *allowed, "--json", "-").json()
                for outcome in run["outcomes"]:
                    if flag := wanted.get(outcome["id"]):
                        self.assertEqual(outcome["verdict"], "pass" if flag in allowed else "skip", outcome)
                        self.assertIn(f"{flag} safe" if flag not in allowed else "", outcome.get("reason", ""))

    def test_each_tool_that_a_role_names_may_be_called_and_no_other(self):
        for era, (of_fixture, flags) in ERAS.items():
            with self.subTest(era=era), Recorded(*of_fixture) as server:
                known = set(tools_of(server, *flags))
                harness.run("check", server.url, *flags, "--slow", "--tool", "content=test_simple_text", deadline=120)
                self.assertEqual(server.called() & known, {"test_simple_text"})


class Exercising(unittest.TestCase):
    def exercise(self, server, *flags, exits=None):
        done = harness.run("check", server.url, "--only", "exercise", "--json", "-", *flags, deadline=240)
        if exits is not None:
            self.assertEqual(done.exit, exits, done)
        run = done.json()
        return done, run, {use["tool"]: use for use in run["exercise"]["tools"]}

    def test_the_same_seed_makes_the_same_calls(self):
        with Recorded() as server:
            made = []
            for seed in ("7", "7", "8"):
                _, _, uses = self.exercise(server, "--tools", "test_s*", "--tools", "greet", "--seed", seed, "--calls", "120")
                made.append((server.calls(), [{key: use[key] for key in ("tool", "fitting", "breaking", "failed", "refused")}
                                              for use in uses.values() if use.get("fitting")]))
        self.assertGreater(len(made[0][0]), 60)
        self.assertEqual(made[0], made[1])
        self.assertNotEqual(made[0][0], made[2][0])

    def test_there_is_a_bound(self):
        with Recorded() as server:
            for bound in (1, 10, 50):
                _, run, uses = self.exercise(server, "--tools", "all", "--calls", str(bound), exits=0)
                self.assertLessEqual(len(server.calls()), bound)
                self.assertEqual(sum(use["fitting"] + use["breaking"] for use in uses.values()) > 0, True)

    def test_a_tool_that_does_not_work_is_no_success(self):
        for mutant, kind in (("call-unanswered", "silent"), ("call-ends-session", "session"), ("call-internal-error", "crashed"),
                             (None, None)):
            with self.subTest(mutant=mutant), Recorded(mutant=mutant) as server:
                done = harness.run("exercise", server.url, "--tools", "test_structured_content", "--deadline", "2s", deadline=120)
                self.assertEqual(done.exit, 8 if kind else 0, done)
                if kind:
                    self.assertRegex(done.stderr, rf"these tools do not work: test_structured_content \({kind}\)")

    def test_a_resource_or_prompt_that_does_not_work_is_no_success(self):
        error = json.dumps({"code": -32603, "message": 'Traceback\n  File "a.py", line 3, in read'})
        for method, kind in (("resources/read", "resources"), ("prompts/get", "prompts")):
            with self.subTest(method=method), Recorded(mutant=f"{method} /error = {error} ; {method} - /result") as server:
                done = harness.run("exercise", server.url, "--tools", "greet", f"--{kind}", "safe", "--deadline", "1s", deadline=120)
                self.assertEqual(done.exit, 8, done)
                self.assertRegex(done.stderr, rf"these {kind} do not work: \S+ \(crashed\)")
                self.assertRegex(done.stdout, rf"{kind}  \d+ of \d+ with something wrong\n  \S+\n    crashed: ")

    def test_there_is_a_bound_for_both_eras_together(self):
        with Recorded("--era", "dual") as server:
            for bound in (10, 60):
                self.exercise(server, "--tools", "all", "--calls", str(bound), exits=0)
                self.assertLessEqual(len(server.calls()), bound)

    def test_the_smallest_arguments_are_shown(self):
        with Recorded(mutant="option-internal-error") as server:
            done, _, uses = self.exercise(server, "--tools", "test_tool_with_progress")
        fault = next(f for f in uses["test_tool_with_progress"]["faults"] if f["kind"] == "crashed")
        self.assertEqual(list(fault["arguments"]), ["interval_ms"], done)

    def test_the_call_that_ends_a_session_is_the_one_that_is_named(self):
        for mutant in ("call-ends-session", "call-ends-other-sessions"):
            with self.subTest(mutant=mutant), Recorded(mutant=mutant) as server:
                done, _, uses = self.exercise(server, "--tools", "test_structured_content")
                fault = next(f for f in uses["test_structured_content"]["faults"] if f["kind"] == "session")
                self.assertLess(min(fault["arguments"].values()), 0, done)

    def test_a_fault_comes_with_the_line_that_repeats_it(self):
        for mutant, tools, shows in (("option-internal-error", "test_tool_with_progress", r"-32603"),
                                     ("call-500", "test_structured_content", r"500"),
                                     ("call-sum-as-text", "test_structured_content", r"sum"),
                                     ("invalid-call-traceback", "greet", r"Traceback"),
                                     ("arguments-unchecked", "greet", r"Hello")):
            with self.subTest(mutant=mutant), Recorded(mutant=mutant) as server:
                done = harness.run("exercise", server.url, "--tools", tools, deadline=120)
                lines = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("mcplumb call ")]
                self.assertTrue(lines, done)
                server.calls()
                again = harness.run(*shlex.split(lines[0])[1:])
                self.assertRegex(again.output, shows)
                self.assertEqual(server.called(), {tools}, again)
                self.assertTrue(again.exit != 0 or mutant == "arguments-unchecked", again)


class BadInput(unittest.TestCase):
    """One clear line about the tool that is wrong; the others are called as if it were not there."""

    def check(self, *flags, mutant=None, stdio=False, within=60.0, fixture_flags=()):
        words = ["--tools", "test_str*", "--tools", "greet", *flags, "--only", "exercise", "--json", "-", "--deadline", "2s"]
        if stdio:
            program = [harness.BIN_DIR / "mcplumb-fixture", "--transport", "stdio", *QUICK, *fixture_flags,
                       *(["--mutant", mutant] if mutant else [])]
            done = harness.run("check", *words, "--", *program, deadline=120)
        else:
            with harness.fixture(*QUICK, *fixture_flags, mutant=mutant) as server:
                done = harness.run("check", server.url, *words, deadline=120)
        self.assertLess(done.seconds, within * harness.SLACK, done)
        run = done.json()
        return done, {use["tool"]: use for use in run["exercise"]["tools"]}, harness.outcomes(done)

    def is_called(self, uses, *names):
        for name in names:
            self.assertGreater(uses[name]["fitting"], 0, uses[name])

    def test_a_schema_that_nothing_fits(self):
        for schema in ('{"type":"object","properties":{"a":{"type":"string","minLength":5,"maxLength":2}},"required":["a"]}',
                       '{"type":"object","properties":{"a":false},"required":["a"]}',
                       '{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}',
                       '{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"required":["a"],"$defs":{"b":{"$ref":"#/$defs/b"}}}',
                       '{"type":"object","properties":{"a":{"$ref":"#/$defs/none"}},"required":["a"]}'):
            with self.subTest(schema=schema):
                done, uses, _ = self.check("--tools", "test_image*", mutant=f"tools/list /result/tools/1/inputSchema = {schema}")
                self.assertEqual(uses["test_image_content"]["fitting"], 0, done)
                self.assertRegex(uses["test_image_content"]["left_out"], r"inputSchema", done)
                self.is_called(uses, "test_structured_content", "greet")

    def test_a_schema_that_refers_to_itself(self):
        schema = '{"type":"object","properties":{"next":{"$ref":"#"},"name":{"type":"string"}},"additionalProperties":false}'
        done, uses, _ = self.check("--tools", "test_image*", mutant=f"tools/list /result/tools/1/inputSchema = {schema}")
        self.is_called(uses, "test_image_content", "test_structured_content", "greet")

    def test_a_tool_that_never_answers(self):
        for mutant in ("call-unanswered", "invalid-call-unanswered"):
            with self.subTest(mutant=mutant):
                done, uses, found = self.check(mutant=mutant)
                self.assertEqual(found["exercise.in-time"]["verdict"], "note", done)
                self.is_called(uses, "greet")

    def test_a_tool_that_takes_the_program_along(self):
        done, uses, found = self.check(mutant="call-ends-program", stdio=True)
        self.assertEqual(found["exercise.answered"]["verdict"], "fail", done)
        self.assertIn("test_structured_content", json.dumps(found["exercise.answered"]["findings"]))
        self.is_called(uses, "greet")

    def test_a_tool_that_floods_progress(self):
        for mutant in ("progress-never-ends", "progress-flood"):
            for stdio in (False, True):
                with self.subTest(mutant=mutant, stdio=stdio):
                    done, uses, found = self.check("--tools", "test_tool_with_progress", mutant=mutant, stdio=stdio)
                    if mutant == "progress-never-ends":
                        self.assertEqual(found["exercise.in-time"]["verdict"], "note", done)
                    self.is_called(uses, "test_structured_content", "greet")

    def test_a_tool_that_asks(self):
        for flags in ((), ("--era", "stateless")):
            done, uses, _ = self.check("--tools", "test_elicitation", "--tools", "test_input_form", fixture_flags=flags)
            self.assertEqual(done.exit, 0, done)
            self.is_called(uses, "test_elicitation", "test_input_form", "greet")

    def test_a_tool_that_changes_the_list(self):
        for flags in ((), ("--era", "stateless")):
            done, uses, _ = self.check("--tools", "test_change_*", fixture_flags=flags)
            self.assertEqual(done.exit, 0, done)
            self.is_called(uses, "test_change_tools", "greet")

    def test_a_tool_that_says_too_much(self):
        """It is a bound of ours, and no fault of the tool."""
        for stdio, flags in ((False, ()), (True, ()), (False, ("--transport", "http-sse"))):
            with self.subTest(stdio=stdio, flags=flags):
                done, uses, found = self.check(mutant="call-huge", stdio=stdio, fixture_flags=flags)
                limited = [use for use in uses.values() if use.get("own_limit")]
                self.assertTrue(limited, done)
                # On a machine that is too busy, so few such calls are made that the others tell enough.
                is_open = any("mcplumb's own limit" in use.get("left_out", "") for use in limited)
                for check in ("exercise.answered", "exercise.in-time"):
                    self.assertEqual(found[check]["verdict"], "inconclusive" if is_open else "pass", done)
                    self.assertIn("mcplumb's own limit" if is_open else "", found[check].get("reason", ""), done)
                self.assertEqual(found["exercise.session"]["verdict"], "pass", done)
                self.assertEqual([fault["kind"] for use in uses.values() for fault in use["faults"]], [], done)
                self.assertEqual(done.exit, 5 if is_open else 0, done)
                self.is_called(uses, "greet")

    def test_a_resource_that_says_too_much(self):
        with harness.fixture(*QUICK) as server:
            done = harness.run("exercise", server.url, "--tools", "none", "--resources", "safe", "--max-reply", "8k",
                               "--json", "-", deadline=120)
        found = harness.outcomes(done)
        self.assertNotIn("note", [found[check]["verdict"] for check in found if check == "exercise.offers"], done)

    def test_a_tool_that_only_says_that_it_reads(self):
        for mutant, what in (("reader-adds-tool", "test_added"), ("reader-adds-resource", "test://added")):
            with self.subTest(mutant=mutant):
                done, uses, found = self.check("--tools", "test_simple_text", mutant=mutant)
                self.assertEqual(found["exercise.read-only"]["verdict"], "note", done)
                finding = found["exercise.read-only"]["findings"][0]
                self.assertEqual(finding["path"], "test_simple_text")
                self.assertIn(what, finding["actual"])
                self.is_called(uses, "test_structured_content", "greet")


if __name__ == "__main__":
    harness.main()
