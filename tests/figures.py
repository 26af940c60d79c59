"""Numbers in documents are those of the code, and what grows is not counted where nobody would count again.

    python3 tests/figures.py    needs no build
"""

import re
import unittest

import docs
import harness

# A sentence of a page, and the line of the code that it stands for: {} is the same number in both.
STATED = [
    ("docs/transports.md", "| nothing within {} seconds, or within a quarter of the deadline |",
     "client/session/session.hpp", "Micros era_patience = {} * kSecond"),
    ("docs/transports.md", "after {} such lines mcplumb ends the session",
     "client/transport/stdio.hpp", "std::size_t strays_max = {};"),
    ("docs/transports.md", "stderr is kept (the first and the last {} KiB)",
     "client/process/child_process.hpp", "std::size_t log_head = {} * 1024, log_tail = 16 * 1024"),
    ("docs/transports.md", "the first {} KiB are kept, and of every line after",
     "client/transport/arrivals.hpp", "channel_limits(std::size_t message_max) { return {5000, {} * 1024"),
    ("docs/transports.md", "of every line after that the first {} bytes",
     "client/transport/arrivals.cpp", "kAlwaysKept = {};"),
    ("docs/transports.md", "after {} seconds, its process group gets TERM, and after {} more seconds KILL",
     "client/transport/stdio.hpp", "Micros grace = {} * kSecond, term_grace = {} * kSecond"),
    ("docs/transports.md", "within {} seconds (`--start-deadline`)",
     "cli/input/options.hpp", 'start_deadline = "{}s"'),
    ("docs/transports.md", "(the first {} and the last {} KiB)",
     "client/connect/served_program.cpp", "kLogHead = {} * 1024, kLogTail = {} * 1024"),
    ("docs/limits.md", "| one message, over any transport | {} MiB; {} MiB for `call`, `read` and `prompt` | `--max-reply`, up to `{}G` |",
     "client/http/connection_options.hpp + cli/flags/server_flags.cpp + cli/input/run_options.cpp",
     "std::size_t message_max = {} * 1024 * 1024; kOneResult = \"{}M\"; kMost = {}ULL << 30"),
    ("docs/limits.md", "| one reply that is no event stream | {} MiB, or",
     "client/http/http_client.hpp", "std::size_t body_max = {} * 1024 * 1024"),
    ("docs/limits.md", "| one event stream | {} MiB, or",
     "client/http/http_client.hpp", "std::size_t stream_max = {} * 1024 * 1024"),
    ("docs/limits.md", "| all messages of a run, once read | {} MiB of memory;",
     "client/kept_message.hpp", "std::size_t kAll = {} * 1024 * 1024"),
    ("docs/limits.md", "in the result of `initialize` or `server/discover` | {} MiB of memory",
     "client/session/opening.cpp", "std::size_t kMost = {} * 1024 * 1024"),
    ("docs/limits.md", "| a cursor, and the id of a request of the server, that are sent back | {} KiB, {} KiB",
     "client/session/pages.cpp + client/session/session.cpp",
     "std::size_t kCursorMost = {} * 1024; std::size_t kIdMost = {} * 1024"),
    ("docs/limits.md", "| messages on one reply | {}; {} on the one channel",
     "client/transport/arrivals.hpp", "channel_limits(std::size_t message_max) { return {{}, 128 * 1024, message_max, {}}"),
    ("docs/limits.md", "| messages in one run | {} |",
     "client/transport/arrivals.cpp", "kReceivedKept = {};"),
    ("docs/limits.md", "| header lines of one reply | {} KiB; libcurl takes {} KiB a line, {} KiB in all",
     "client/http/http_client.hpp + client/http/transfer.cpp",
     "std::size_t header_max = {} * 1024; libcurl takes ({} KiB a line, {} KiB in all)"),
    ("docs/limits.md", "| arrays and objects within each other in one message | {} levels |",
     "client/jsonrpc/message.hpp", "std::size_t depth = {};"),
    ("docs/limits.md", "| header lines of a run | {} MiB |",
     "client/trace.hpp", "Allowance headers{{} * 1024 * 1024}"),
    ("docs/limits.md", "`init`; {} pages or {} elements for the others",
     "client/session/pages.hpp", "std::size_t pages = {}, items = {};"),
    ("docs/limits.md", "| pages of one list | {} for `call`",
     "client/connect/client.cpp", "PageBounds kListBounds = {{}, "),
    ("docs/limits.md", "before it answers a request | {} |",
     "client/session/input.cpp", "kRoundsMax = {};"),
    ("docs/limits.md", "| checks at once | {} | `--jobs`",
     "cli/input/options.hpp", "int jobs = {};"),
    ("docs/limits.md", "| calls with arguments made from schemas | {} | `--calls`",
     "conformance/engine/exercise_options.hpp", "std::size_t calls = {};"),
    ("docs/limits.md", "| arguments that are made from one schema | {} KiB of memory each, {} MiB in all |",
     "conformance/exercise/value_parts.hpp", "kMadeValueMax = {} * 1024, kMadeValuesMax = {} * 1024 * 1024"),
    ("docs/limits.md", "| a name or a URI, for `exercise` to ask for what has it | {} KiB; a prompt has {} arguments |",
     "conformance/exercise/selection.cpp + conformance/exercise/offers.cpp", "kNameMax = {} * 1024; kArgumentsMax = {};"),
    ("docs/limits.md", "| files that are named on the command line | {} MiB; a pipe or a device has {} s |",
     "cli/input/files.cpp", "kFileMax = {} * 1024 * 1024; std::chrono::seconds kPatience{{}}"),
    ("docs/limits.md", "takes once read | {} MiB of memory: a run of some",
     "client/jsonrpc/message.hpp", "kOwnFile{ 256, {} * 1024 * 1024"),
    ("docs/limits.md", "| its text, and one text in it | {} MiB, {} MiB",
     "client/jsonrpc/message.hpp", "with --only)\", {} * 1024 * 1024, {} * 1024 * 1024}"),
    ("docs/limits.md", "and the draft of `init` | {} MiB, {} values",
     "conformance/language/yaml.hpp", "std::size_t bytes = {} << 20; std::size_t nodes = {};"),
    ("docs/limits.md", "| the value of one message, once read | {} MiB", "client/jsonrpc/message.hpp", "std::size_t memory = {} * 1024 * 1024"),
    ("docs/commands.md", "Files are read up to {} MiB. A named pipe or a device has to deliver all within {} s",
     "cli/input/files.cpp", "kFileMax = {} * 1024 * 1024; std::chrono::seconds kPatience{{}}"),
    ("docs/commands.md", "the connection, including TLS ({} s)", "cli/input/options.hpp", 'connect_deadline = "{}s"'),
    ("docs/commands.md", "for one reply ({} s)", "cli/input/options.hpp", ' deadline = "{}s", connect'),
    ("docs/commands.md", "`exercise` and `call` {} m, `healthz` {} s, the others {} m",
     "cli/flags/server_flags.cpp + cli/input/options.hpp",
     'options.total_deadline, "{}m"); options.total_deadline, "{}s"); total_deadline = "{}m"'),
    ("docs/limits.md", "an `endpoint` event names (HTTP+SSE) | {} KiB", "client/transport/http_sse.cpp", "kEndpointMax = {} * 1024"),
    ("docs/limits.md", "that are answered | {} on one reply and {} in a run", "client/session/session.cpp",
     "kAnswersOnReply = {}, kAnswersInRun = {}"),
    ("docs/limits.md", "{} MiB of memory: some", "client/jsonrpc/message.hpp", "memory = {} * 1024 * 1024"),
    ("docs/limits.md", "excerpts of bodies and events in a run | {} MiB", "client/trace.hpp", "Allowance excerpts{{} * 1024"),
    ("docs/limits.md", "time of one command | {} minutes (`check`, `exercise`, `call`), {} s (`healthz`), {} minutes",
     "cli/flags/server_flags.cpp + cli/input/options.hpp",
     'options.total_deadline, "{}m"); options.total_deadline, "{}s"); total_deadline = "{}m"'),
    ("docs/commands.md", "for the first answer of a server that mcplumb starts ({} s)",
     "cli/input/options.hpp", 'start_deadline = "{}s"'),
    ("docs/commands.md", "its reader may come up to {} seconds late", "cli/output/output_file.cpp", "kReaderPatience = {}000;"),
]
# In these every number with a unit stands in a sentence of STATED.
WHOLE_PAGES = ("docs/transports.md", "docs/limits.md")
WITH_UNIT = re.compile(r"\b\d[\d,]*[- ](?:s|ms|seconds?|minutes?|bytes|KiB|MiB|GiB)\b")
# What grows with the suite and the fixtures. A number of it is derived here, or it is not written down.
GROWS = re.compile(r"\b(\d[\d,]*) (checks|rules|mutants|variants|hostile behaviours|more)\b")


def numbers(template, text):
    """What stands for each {} of the template, wherever lines are broken, and where that is; nothing: it is not there."""
    parts = [re.escape(part).replace(r"\ ", r"\s+").replace(";", r";[\s\S]*?") for part in template.split("{}")]
    found = re.search(r"(\d[\d,']*)".join(parts), text)
    return found and ([int(re.sub("[,']", "", number)) for number in found.groups()], found.span())


def source(names):
    return "".join((docs.ROOT / name).read_text() for name in names.split(" + "))


class Figures(unittest.TestCase):
    def test_what_is_stated_is_what_the_code_does(self):
        for page, sentence, files, line in STATED:
            with self.subTest(page=page, sentence=sentence):
                said, done = numbers(sentence, (docs.ROOT / page).read_text()), numbers(line, source(files))
                self.assertTrue(said, f"{page} does not say this any more")
                self.assertTrue(done, f"{files} has no such line any more: {line}")
                self.assertEqual(said[0], done[0], f"{page} and {files} differ")

    def test_every_number_with_a_unit_is_looked_after(self):
        for page in WHOLE_PAGES:
            text = (docs.ROOT / page).read_text()
            spans = [found[1] for at, sentence, _, _ in STATED if at == page and (found := numbers(sentence, text))]
            for number in WITH_UNIT.finditer(re.sub(r"(?ms)^```.*?^```$", lambda code: " " * len(code.group()), text)):
                with self.subTest(page=page, number=number.group()):
                    self.assertTrue(any(begin <= number.start() < end for begin, end in spans),
                                    "no row of STATED has this sentence")

    def test_what_grows_is_counted_or_not_written_down(self):
        suites = "".join(path.read_text() for path in docs.tracked("conformance/suites/*.yaml"))
        derived = {"checks": len(re.findall("(?m)^  - id:", suites)),
                   "rules": (docs.ROOT / "docs" / "diagnosis.md").read_text().count("\n### R-")}
        readme = (docs.ROOT / "README.md").read_text()
        changes = (docs.ROOT / "CHANGELOG.md").read_text().split("\n## ")[1]
        for page, text in (("README.md", readme), ("CHANGELOG.md", changes)):
            for number, what in GROWS.findall(text):
                with self.subTest(page=page, number=number, what=what):
                    self.assertEqual(int(number.replace(",", "")), derived.get(what), "leave the number out")
        for what, count in derived.items():
            self.assertIn(f"{count} {what}", readme)

    def test_the_versions_of_the_incident_are_those_of_its_pins(self):
        script = (docs.ROOT / "script" / "incident").read_text()
        sets = re.findall(r'"([\w-]+)": "([^"]+)"', re.search(r"SETS = \{(.*?)\}", script, re.S).group(1))
        page = (docs.ROOT / "docs" / "incident.md").read_text()
        self.assertGreater(len(sets), 2)
        for pins, words in sets:
            listed = dict(re.findall(r"^([\w.-]+)==(\S+)",
                                     (docs.ROOT / "fixtures" / "python" / "pins" / f"{pins}.txt").read_text(), re.M))
            versions = " | ".join(listed[name] for name in ("mcp", "starlette", "anyio"))
            self.assertIn(f"| {words} | {versions} |", page)


if __name__ == "__main__":
    harness.main()
