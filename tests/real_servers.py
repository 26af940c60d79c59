"""The suite against servers as users run them, compared with what is known about each.

    python3 tests/real_servers.py [NAME ...]      names as in fixtures/real.json

A server with "eras" is checked once in each: NAME speaks 2025-11-25, NAME-stateless 2026-07-28. Those in CALLED are checked
once more, as NAME-safe or NAME-all, with the tools that --tools allows: then roles find themselves.
What is no pass stands in baselines/NAME.json; any difference is news, a pass too. What is skipped stands there by mcplumb's
own reason, so that no check silently judges nothing; all else has a reason of ours. That a rule is of another revision or
transport says nothing of the server, and is left out. An entry with "sometimes" is about a race in the server: it may pass,
be skipped, or be only noted.
MCPLUMB_UPDATE_BASELINES=1 rewrites the verdicts, keeps known reasons, and leaves new ones empty: an empty one fails. What
is skipped in one run and passes in the next stands in none of the groups, but under "expected" with "sometimes".
"""

import contextlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import unittest
from collections import Counter

import harness

REVISIONS = {"stateful": "2025-11-25", "stateless": "2026-07-28"}
CALLED = {"everything": "safe", "filesystem": "safe", "memory": "safe", "python-mcp2": "all", "typescript-sdk-2": "all",
          "typescript-sdk-2-stateless": "all", "go-sdk": "all"}


def read_servers():
    """By name. One that serves both eras stands there twice, the second time as NAME-stateless."""
    servers = {}
    for entry in json.loads((harness.ROOT / "fixtures" / "real.json").read_text()):
        if entry["name"][1:3].isdigit():
            continue
        for era in entry.get("eras", [None]):
            name = f"{entry['name']}-stateless" if era == "stateless" else entry["name"]
            servers[name] = {**entry, "flags": ["--revision", REVISIONS[era]] if era else []}
    for name, tools in CALLED.items():
        servers[f"{name}-{tools}"] = {**servers[name], "tools": tools}
    return servers


SERVERS = read_servers()
COUNT = 'progress=count {"to":5,"interval_ms":100}'
SLOW = 'slow=count {"to":30,"interval_ms":100}'
CONTENT = 'content=add {"a":1,"b":2}'
ADD = 'structured=add {"a":1,"b":2}'
LEND = 'input=lend {"book":"Solaris"}'
# Of servers that are not ours, only tools that change nothing.
TOOLS = {
    "everything": ['progress=trigger-long-running-operation {"duration":1,"steps":4}', 'content=echo {"message":"hello"}',
                   'structured=get-structured-content {"location":"Chicago"}', "input=trigger-elicitation-request",
                   'input-sampling=trigger-sampling-request {"prompt":"hello","maxTokens":5}'],
    "python-mcp": [COUNT, CONTENT, ADD],
    "python-mcp2": [COUNT, CONTENT, ADD, LEND],
    "fastmcp": [COUNT, CONTENT, ADD],
    "typescript-sdk": [COUNT, CONTENT],
    "typescript-sdk-2": [COUNT, CONTENT, ADD, LEND, "log=grumble", "change-tools=tidy", SLOW],
    "tmcp": [COUNT, CONTENT, ADD],
    "mcp-lite": [COUNT, CONTENT, ADD],
    "go-sdk": [COUNT, CONTENT, ADD, LEND],
    "filesystem": ["content=list_allowed_directories", "structured=list_allowed_directories"],
    "memory": ["content=read_graph", "structured=read_graph"],
    "time": ['content=get_current_time {"timezone":"UTC"}'],
}
SHELF = ["--resource", "shelf://books", "--prompt", 'recommend {"mood":"calm"}']
READ = {
    "everything": ["--resource", "demo://resource/static/document/features.md", "--resource", "demo://resource/dynamic/text/1",
                   "--prompt", "simple-prompt", "--prompt", 'args-prompt {"city":"Chicago"}'],
    **dict.fromkeys(("python-mcp", "python-mcp2", "fastmcp", "typescript-sdk", "typescript-sdk-2", "tmcp", "mcp-lite", "go-sdk"), SHELF),
}
OWN_TEST = {"everything", "python-mcp"}  # for ctest, so that they run beside the others
# Only by name or with MCPLUMB_ALL_REAL=1: they take long and differ little from others.
EXTRA = {"everything-stdio", "python-mcp-stdio", "python-mcp2-stdio", "fastmcp-stdio", "typescript-sdk-stdio",
         "typescript-sdk-2-stdio", "go-sdk-stdio", "tmcp", "python-mcp2-sse", "fastmcp-sse", "time", "fetch", "git"}
UPDATE = bool(os.environ.get("MCPLUMB_UPDATE_BASELINES"))
USUAL = [name for name in SERVERS if name not in OWN_TEST
         and (name.removesuffix("-stateless") not in EXTRA or os.environ.get("MCPLUMB_ALL_REAL"))]
CHOSEN = sys.argv[1:] or USUAL


def baseline_path(name):
    return pathlib.Path(__file__).parent / "baselines" / f"{name}.json"


def read_baseline(name):
    """{check: entry} of what is no pass. The skips stand in groups in the file, {reason: "check check"}."""
    path = baseline_path(name)
    if not path.exists():
        return {}
    read = json.loads(path.read_text())
    skips = {check: {"verdict": "skip", "reason": reason} for reason, checks in read.get("skipped", {}).items()
             for check in checks.split()}
    if not skips:
        harness.left_out(f"what {name} skips", "its baseline does not say it yet (MCPLUMB_UPDATE_BASELINES=1)")
    return {**skips, **read["expected"]}


def of_others(outcome):
    """Whether it was skipped because the rule is of another revision or transport."""
    return outcome["verdict"] == "skip" and outcome.get("reason", "").startswith("not a rule of")


def actual_verdicts(found):
    """Everything that is no pass; the reason of a skip is mcplumb's own."""
    return {check: {"verdict": o["verdict"], "reason": o.get("reason", "") if o["verdict"] == "skip" else ""}
            for check, o in found.items() if o["verdict"] != "pass" and not of_others(o)}


def as_file(name, entries):
    """The text of a baseline."""
    skipped = {}
    for check, entry in sorted(entries.items()):
        if entry["verdict"] == "skip" and not entry.get("sometimes"):
            skipped.setdefault(entry["reason"], []).append(check)
    told = {check: entry for check, entry in sorted(entries.items()) if check not in sum(skipped.values(), [])}
    groups = {reason: " ".join(checks) for reason, checks in sorted(skipped.items())}
    return json.dumps({"server": name, "expected": told, "skipped": groups}, indent=1, ensure_ascii=False) + "\n"


@contextlib.contextmanager
def target(name):
    """What stands behind `mcplumb check` for this server."""
    if SERVERS[name].get("transport") != "stdio":
        with harness.real_server(SERVERS[name]["name"]) as server:
            yield [server.url]
        return
    command = [harness.ROOT / "script" / "real-server", SERVERS[name]["name"], "--print-command"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    yield ["--", *shlex.split(done.stdout)]


def allowed(name):
    """The options that allow what a maintainer of the server would allow."""
    flags = SERVERS[name]["flags"]
    if tools := SERVERS[name].get("tools"):
        return [*flags, "--tools", tools, "--resources", "safe", "--prompts", "safe"]
    for suffix in ("-stateless", "-strict", "-sse", "-stdio"):
        name = name.removesuffix(suffix)
    return [*flags, *(word for tool in TOOLS.get(name, []) for word in ("--tool", tool)), *READ.get(name, [])]


def in_words(outcome):
    found = [f"{f['path']}: expected {f['expected']}, actual {f['actual']}" for f in outcome["findings"]]
    return "; ".join(filter(None, [outcome["verdict"], outcome.get("reason", ""), *found[:2]]))


class RealServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not sys.argv[1:] and (left := sorted(set(SERVERS) - set(USUAL) - OWN_TEST)):
            harness.left_out(", ".join(left), "only by name or with --all-real")

    def test_check(self):
        for name in CHOSEN:
            with self.subTest(server=name), target(name) as words:
                url, command = ([], words) if words[0] == "--" else (words, [])
                patience = ["--deadline", "30s"] if command else []  # a program starts for each session
                done = harness.run("check", *url, *allowed(name), *patience, "--json", "-", *command, deadline=300)
                found = harness.outcomes(done)
                if UPDATE:
                    self.update(name, found)
                expected = read_baseline(name)
                failing = any(each["verdict"] == "fail" for each in found.values())
                self.assertEqual(done.exit, 1 if failing else 0, done.stderr)
                self.compare(name, expected, found)
                counts = Counter(outcome["verdict"] for outcome in found.values())
                harness.say(f"{name}: {dict(counts)} in {done.seconds:.1f} s")

    def test_probe(self):
        for name in CHOSEN:
            if "tools" in SERVERS[name]:
                continue
            with self.subTest(server=name), target(name) as words:
                flags, words = SERVERS[name]["flags"], list(words)
                done = harness.run("probe", *([*flags, *words] if words[0] == "--" else [*words, *flags]))
                self.assertIn(done.exit, (0, 1), done)
                self.assertRegex(done.stdout, r"20\d\d-\d\d-\d\d", done)

    def compare(self, name, expected, found):
        skips_are_told = any(known["verdict"] == "skip" for known in expected.values())
        for check, outcome in found.items():
            known = expected.get(check, {"verdict": "pass"})
            if of_others(outcome) or outcome["verdict"] == "skip" and not skips_are_told:
                known = expected.get(check, outcome)
            # A race that the server may win, each time or when nothing else is going on.
            if known.get("sometimes") and outcome["verdict"] in ("pass", "skip", "note"):
                continue
            if outcome["verdict"] != known["verdict"]:
                with self.subTest(server=name, check=check):
                    self.fail(f"expected {known['verdict']}, and it is: {in_words(outcome)}")
        for check, known in expected.items():
            with self.subTest(server=name, check=check):
                self.assertIn(check, found, "the baseline names a check that did not run")
                self.assertTrue(known.get("reason"), "the baseline gives no reason")

    def update(self, name, found):
        old = read_baseline(name)
        new = actual_verdicts(found)
        new.update({check: entry for check, entry in old.items() if entry.get("sometimes") and check in found})
        for check, entry in new.items():
            if not entry["reason"] and old.get(check, {}).get("verdict") == entry["verdict"]:
                entry.update(old[check])
            if not entry["reason"]:
                harness.say(f"{name} {check} needs a reason: {in_words(found[check])}")
        baseline_path(name).write_text(as_file(name, new))


if __name__ == "__main__":
    harness.main(argv=sys.argv[:1])
