#!/usr/bin/env python3
"""Every command against servers of both eras, and what suites can say about requests without a handshake."""

import json
import pathlib
import tempfile
import unittest

import harness
from harness import BIN_DIR, fixture, free_port, outcomes, run

FIXTURE = str((BIN_DIR / "mcplumb-fixture").resolve())
NEWEST, STATELESS = "2025-11-25", "2026-07-28"
SPOKEN = {"stateful": NEWEST, "stateless": STATELESS, "dual": STATELESS}

# Each line of it is a promise of docs/suite-language.md, "Without a handshake".
SUITE = """
suite: era
checks:
  - id: envelope
    session: own
    revisions: 2026-07-28..
    steps:
      - request: {method: tools/list, meta: {protocolVersion: "2031-01-01"}}
        deliberate: true
        expect: {error.code: -32022}
      - request: {method: tools/list, meta: {clientCapabilities: null}}
        deliberate: true
        expect: {error.code: -32602}
  - id: headers
    transports: [streamable-http]
    steps:
      - request: {method: tools/list, headers: {Mcp-Method: prompts/list}}
        deliberate: true
        expect: {status: 400, error.code: -32020}
      - http:
          method: POST
          json: {jsonrpc: "2.0", id: 77, method: tools/list, params: {_meta: "${envelope}"}}
        expect: {status: 200, result.resultType: complete, request.header.mcp-method: tools/list}
  - id: outside
    session: none
    transports: [streamable-http]
    steps:
      - http:
          method: POST
          json: {jsonrpc: "2.0", id: 77, method: tools/call, params: {name: test_simple_text, _meta: "${envelope}"}}
        expect: {status: 200, request.header.mcp-name: test_simple_text}
  - id: argument-headers
    call: {tool: test_header_params, arguments: {region: "S\\u00fcd", count: 3}}
  - id: argument-headers.without
    transports: [streamable-http]
    call: {tool: test_header_params, arguments: {region: north, count: 3}, headers: {Mcp-Param-Region: null}}
    deliberate: true
    expect: {error.code: -32020}
  - id: input.first
    request: {method: tools/call, params: {name: test_input_required_result_list_roots, arguments: {}}}
    expect: {result.resultType: input_required}
  - id: input.followed
    call: test_input_required_result_list_roots
    expect: {result.resultType: complete}
  - id: input.rounds
    call: test_input_required_result_multi_round
    expect: {result.resultType: complete, result.isError: {any-of: [{absent: true}, true, false]}}
  - id: listen
    steps:
      - listen: {notifications: {toolsListChanged: true}}
        as: sub
        capture: {id: request.id}
      - wait: {for: {json.method: notifications/subscriptions/acknowledged}}
        on: sub
        expect:
          event.json.params._meta["io.modelcontextprotocol/subscriptionId"]: "${id}"
      - call: test_change_tools
      - wait: {for: {json.method: notifications/tools/list_changed}}
        on: sub
        expect: {event: {present: true}}
      - close: {}
        on: sub
        expect: {stream.ended-by: client}
      - request: tools/list
  - id: pages
    pages: tools/list
    expect: {page-results: {each: {fields: {cacheScope: {type: string}, ttlMs: {type: integer}}}}, ended: true}
  - id: log
    steps:
      - call: {tool: test_log_all_levels, meta: {logLevel: warning}}
        expect: {seen: {some: {fields: {method: notifications/message}}}}
      - call: {tool: test_log_all_levels}
        expect: {seen: {none: {fields: {method: notifications/message}}}}
  - id: cancel
    steps:
      - call: {tool: test_tool_with_progress, arguments: {steps: 50, interval_ms: 20}, progress: true}
        as: running
      - close: {}
        on: running
        expect: {result: {absent: true}}
      - request: tools/list
  - id: open
    session: none
    steps:
      - open: {}
        expect:
          result.supportedVersions: {contains: "2026-07-28"}
          session.revision: "2026-07-28"
          server.info.name: mcplumb-fixture
          request.method: server/discover
"""


class Eras(unittest.TestCase):

    def targets(self, era):
        """The arguments that name a server of this era, over each transport."""
        with fixture("--era", era) as server:
            yield "streamable-http", ["--url", server.url], []
        yield "stdio", [], ["--", FIXTURE, "--era", era, "--transport", "stdio"]

    def test_every_command_on_every_era(self):
        for era, revision in SPOKEN.items():
            for transport, before, after in self.targets(era):
                with self.subTest(era=era, transport=transport):
                    self.every_command(era, revision, lambda *words: run(*words[:1], *before, *words[1:], *after))

    def every_command(self, era, revision, run_it):
        health = run_it("healthz")
        self.assertEqual(health.exit, 0, health)
        self.assertIn(f"mcplumb-fixture 0.1.0, {revision} over", health.stdout)
        self.assertEqual(run_it("list", "tools", "--json").exit, 0)
        call = run_it("call", "test_simple_text")
        self.assertEqual(call.exit, 0, call)
        logged = run_it("call", "test_log_all_levels", "--log-level", "error")
        self.assertIn("log error", logged.stderr, logged)
        self.assertNotIn("log info", logged.stderr, logged)
        self.assertEqual(run_it("call", "test_simple_text", "--no-validate").exit, 0)
        self.assertEqual(run_it("read", "test://static-text").exit, 0)
        if revision == STATELESS:
            self.assertEqual(run_it("call", "test_input_state_only").exit, 0)
            self.assertEqual(run_it("call", "test_input_required_result_elicitation").exit, 1)
        self.assertEqual(run_it("prompt", "test_simple_prompt").exit, 0)
        probe = run_it("probe")
        self.assertEqual(probe.exit, 0, probe)
        words = {"stateful": "not 2026-07-28", "stateless": "stateless: without a handshake", "dual": "both: without a handshake, and with one"}
        self.assertIn(words[era], " ".join(probe.stdout.split()), probe)
        with tempfile.TemporaryDirectory() as folder:
            draft = pathlib.Path(folder) / "draft.yaml"
            self.assertEqual(run_it("init", "--output", str(draft)).exit, 0)
            checked = run_it("check", "--suite", str(draft))
            self.assertEqual(checked.exit, 0, checked)

    def test_a_call_costs_one_round_trip_more_than_it_did(self):
        with fixture() as server:
            found = run("check", server.url, "--only", "ping.respond", "--json", "-").json()
            told = run("check", server.url, "--only", "ping.respond", "--era", "stateful", "--json", "-").json()
        self.assertEqual(len(found["exchanges"]), len(told["exchanges"]) + 1)
        first = found["exchanges"][0]
        self.assertIn('"method":"server/discover"', first["request"]["body"])
        self.assertTrue(first["deliberate"])
        self.assertNotIn("attempts", found)

    def test_the_language_knows_requests_without_a_handshake(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as suite:
            suite.write(SUITE)
            suite.flush()
            for era in ("stateless", "dual"):
                for transport, before, after in self.targets(era):
                    with self.subTest(era=era, transport=transport):
                        done = run("check", *before, "--suite", suite.name, "--json", "-", *after)
                        broken = {id: each["findings"] for id, each in outcomes(done).items()
                                  if each["verdict"] not in ("pass", "skip")}
                        self.assertEqual(broken, {}, done)
                        passed = sum(each["verdict"] == "pass" for each in outcomes(done).values())
                        self.assertGreaterEqual(passed, 9, done)

    def test_a_server_that_also_shakes_hands_is_not_stateless_only(self):
        suite = "checks: [{id: only, needs: [stateless-only], request: tools/list}]"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(suite)
            file.flush()
            for era, verdict in (("stateless", "pass"), ("dual", "skip"), ("stateful", "skip")):
                for transport, before, after in self.targets(era):
                    with self.subTest(era=era, transport=transport):
                        done = run("check", *before, "--suite", file.name, "--json", "-", *after)
                        self.assertEqual(outcomes(done)["only"]["verdict"], verdict, done)

    def test_the_matrix_has_the_revisions_of_both_eras(self):
        with fixture("--era", "dual") as server:
            done = run("check", server.url, "--matrix", "--only", "tools.list.*", "--json", "-").json()
        self.assertEqual([column["revision"] for column in done["matrix"] if "run" in column],
                         [STATELESS, NEWEST, "2025-06-18", "2025-03-26", "2024-11-05"])
        with fixture("--era", "stateless") as server:
            done = run("check", server.url, "--matrix", "--only", "tools.list.*", "--json", "-").json()
        self.assertEqual([column["revision"] for column in done["matrix"] if "run" in column], [STATELESS])

    def test_the_matrix_leaves_out_a_revision_that_the_server_does_not_name(self):
        with fixture("--era", "dual", "--mutant", 'server/discover /result/supportedVersions = ["2025-11-25"]') as server:
            done = run("check", server.url, "--matrix", "--only", "tools.list.*", "--json", "-").json()
        self.assertIn('supports ["2025-11-25"]', done["matrix"][0]["problem"])

    def test_the_era_can_be_decided(self):
        with fixture("--era", "dual") as server:
            self.assertIn(NEWEST, run("healthz", server.url, "--era", "stateful").stdout)
            self.assertIn(STATELESS, run("healthz", server.url, "--revision", STATELESS).stdout)
            self.assertIn("2025-06-18", run("healthz", server.url, "--revision", "2025-06-18").stdout)
        with fixture("--era", "stateless") as server:
            refused = run("check", server.url, "--era", "stateful")
            self.assertEqual(refused.exit, 2, refused)
            self.assertRegex(refused.stderr, r"refuses revision 2025-11-25 \(initialize .* and speaks 2026-07-28")
        with fixture() as server:
            refused = run("check", server.url, "--era", "stateless")
            self.assertEqual(refused.exit, 2, refused)
            self.assertRegex(refused.stderr, r"refuses revision 2026-07-28 \(server/discover .* and speaks 2025-11-25")
        wrong = run("check", "http://127.0.0.1:1/", "--era", "stateless", "--revision", NEWEST)
        self.assertEqual(wrong.exit, 2, wrong)
        self.assertIn("does not belong to --era stateless", wrong.stderr)

    def test_where_nothing_works_initialize_is_shown_and_both_are_listed(self):
        with fixture(mutant="f25-ts-reuse") as server:
            done = run("check", server.url)
            self.assertIn('"method":"initialize"', done.stdout.replace("\n        > ", ""), done)
            self.assertRegex(done.stdout, r"Attempt +streamable-http, server/discover, #0: ")
            self.assertRegex(done.stdout, r"Attempt +streamable-http, #1: HTTP 500")
        refused = run("healthz", f"http://127.0.0.1:{free_port()}/mcp")
        self.assertEqual(refused.exit, 3, refused)

    def test_a_server_that_forgot_discovery_is_tested_all_the_same(self):
        for chosen in ([], ["--era", "stateless"]):
            with self.subTest(chosen=chosen), fixture("--era", "stateless", mutant="discover-not-found") as server:
                done = run("check", server.url, *chosen, "--only", "tools.list.*", "--json", "-")
                self.assertEqual(json.loads(done.stdout)["server"]["revision"], STATELESS, done)


if __name__ == "__main__":
    harness.main()
