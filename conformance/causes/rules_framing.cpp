// Rules about how messages lie on the standard streams of a program.
#include <algorithm>
#include <sstream>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/misframing.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

// The cure belongs to what was seen.
struct FramingCure {
  Misframing kind;
  std::string_view title, cure;
};

constexpr FramingCure kFramingCures[] = {
    {Misframing::content_length, "The program frames its messages as language servers do",
     "Write each message as one line of JSON and a line feed, and read lines; no headers. A stream class of an LSP "
     "library is the wrong one here: take the stdio transport of an MCP SDK."},
    {Misframing::utf16, "The program writes UTF-16",
     "Set the encoding of its stdout to UTF-8: PowerShell `[Console]::OutputEncoding = "
     "[Text.UTF8Encoding]::new($false)`, "
     ".NET `Console.OutputEncoding = new UTF8Encoding(false)`."},
    {Misframing::byte_order_mark, "A byte order mark stands before the first message",
     "Write UTF-8 without it: `new UTF8Encoding(false)` in .NET, `utf-8` and not `utf-8-sig` in Python."},
    {Misframing::not_utf8, "Messages are not UTF-8",
     "Encode messages as UTF-8 whatever the locale is: `PYTHONUTF8=1`, `-Dstdout.encoding=UTF-8` (Java), or escape "
     "everything beyond ASCII."},
    {Misframing::several_lines, "Messages are printed over several lines",
     "Serialize each message without indentation, and end it with the only line feed."},
    {Misframing::raw_line_break, "A line break stands in the middle of a message",
     "Serialize with a JSON library; within a text a line break is written \\n."},
    {Misframing::joined, "More than a message stands on a line",
     "End each message with a line feed, and write nothing else on its line."},
    {Misframing::prefixed, "Something stands before a message on its line",
     "Write messages to stdout as they are, not through a logger, and logs to stderr."},
    {Misframing::no_line_feed, "Messages do not end with a line feed",
     "Write a line feed behind each message, and flush."},
    {Misframing::not_json, "Messages are no JSON",
     "Serialize with a JSON library (`json.dumps(message)`, not `str(message)`)."},
};

const FramingCure& cure_for(Misframing kind) {
  return *std::find_if(std::begin(kFramingCures), std::end(kFramingCures),
                       [&](const FramingCure& each) { return each.kind == kind; });
}

Diagnosis framing_diagnosis(const Rule& rule, Misframing kind, const std::string& what) {
  const FramingCure& row = cure_for(kind);
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
  diagnosis.title = std::string(row.title);
  diagnosis.cause = what;
  diagnosis.cure = std::string(row.cure);
  return diagnosis;
}

std::string as_sentence(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + (text.ends_with('?') || text.ends_with('.') ? "" : ".");
}

bool is_response(const std::string& line) {
  const Result<nlohmann::json> message = parse_json(line, {}, nullptr);
  return message && message->is_object() && message->contains("jsonrpc") && message->contains("result");
}

// What belongs to stdout lies on stderr.
std::optional<Diagnosis> answers_on_stderr(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  if (first == nullptr || first->over_http() || index.had_session()) return std::nullopt;
  std::istringstream lines(index.log());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('{') || !is_response(line)) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
    diagnosis.title = "Messages are written to stderr";
    diagnosis.cause = "The program answers, but on its stderr, where no client looks for messages.";
    diagnosis.cure = "Write messages to stdout, one a line, and logs to stderr.";
    add_evidence(diagnosis, "on its stderr: " + shortened(line, 120), first);
    return diagnosis;
  }
  return std::nullopt;
}

// An answer to what came behind a header, and to that alone: one that reads lines says of headers that it cannot parse
// them.
bool answers_framed(const std::string& output) {
  const std::optional<Misframed> wrote = misframing_of(output, false);
  if (wrote) return wrote->kind == Misframing::content_length;
  return is_response(output.substr(0, output.find('\n')));
}

// It was silent, and answers what comes behind a header.
std::optional<Diagnosis> wants_headers(const Rule& rule, const RunIndex& index) {
  const Exchange* framed = index.probe(diagnosis_purpose::kFramed);
  if (framed == nullptr || !framed->channel) return std::nullopt;
  const Exchange& answer = index.exchanges()[*framed->channel];
  if (!answers_framed(answer.body)) return std::nullopt;
  Diagnosis diagnosis =
      framing_diagnosis(rule, Misframing::content_length,
                        "The program reads messages behind Content-Length headers, as language servers (LSP) do, and "
                        "takes no notice of lines.");
  add_evidence(diagnosis, "initialize on a line of its own was not answered", index.first_failure());
  add_evidence(diagnosis,
               "another process, that got it behind a Content-Length header, wrote: " + shortened(answer.body, 120),
               &answer);
  return diagnosis;
}

std::optional<Diagnosis> misframed(const Rule& rule, const RunIndex& index) {
  for (const Exchange& output : index.exchanges()) {
    if (!output.is_channel() || output.over_http() || output.purpose == diagnosis_purpose::kFramed) continue;
    const bool whole = !output.body_cut;
    const std::optional<Misframed> found = misframing_of(output.body, whole);
    if (!found) continue;
    Diagnosis diagnosis = framing_diagnosis(rule, found->kind, as_sentence(found->what));
    add_evidence(diagnosis, "its stdout begins: " + shortened(output.body, 120), &output);
    return diagnosis;
  }
  if (std::optional<Diagnosis> elsewhere = answers_on_stderr(rule, index)) return elsewhere;
  return wants_headers(rule, index);
}

const ProcessRecord* process_of(const RunIndex& index, const Exchange& exchange) {
  return exchange.process ? &index.run().trace.processes[*exchange.process] : nullptr;
}

// What was asked in time came after the input had been closed.
std::optional<Diagnosis> kept_back(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  const ProcessRecord* process = first != nullptr ? process_of(index, *first) : nullptr;
  if (process == nullptr || process->input_closed == kNever || !first->failure || !first->answer) return std::nullopt;
  if (first->failure->kind != FailureKind::deadline || first->answer->at < process->input_closed) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  add_evidence(diagnosis,
               "for " + whole_seconds(process->input_closed - first->request.at) + " nothing came; " +
                   rounded_span(first->answer->at - process->input_closed) +
                   " after its stdin was closed the answer did: " + shortened(first->answer->data, 100),
               first);
  return diagnosis;
}

bool is_container_command(const std::string& word) {
  const std::string name = word.substr(word.rfind('/') + 1);
  return name == "docker" || name == "podman" || name == "nerdctl" || name == "kubectl";
}

// -i, -it, --interactive
bool asks_for_input(const std::string& word) {
  return word == "--interactive" || word == "--stdin" || word.starts_with("--interactive=") ||
         (word.size() > 1 && word.front() == '-' && word[1] != '-' && word.find('i') != std::string::npos);
}

std::optional<Diagnosis> input_not_connected(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  const ProcessRecord* process = first != nullptr ? process_of(index, *first) : nullptr;
  if (process == nullptr || !process->input_unread || first->answer || !process->problem.empty()) return std::nullopt;
  const bool left = process->exit_status == 0 && process->terminated == kNever && process->input_closed == kNever;
  const bool stayed = first->failure && first->failure->kind == FailureKind::deadline;
  if (!left && !stayed) return std::nullopt;
  const std::vector<std::string>& words = process->command;
  const bool container = std::any_of(words.begin(), words.end(), is_container_command);
  const bool without = container && std::none_of(words.begin(), words.end(), asks_for_input);
  Diagnosis diagnosis = make_diagnosis(rule, without ? Confidence::certain
                                             : left  ? Confidence::likely
                                                     : Confidence::possible);
  add_evidence(
      diagnosis,
      left ? "the program exited with status 0, as at the end of its input, and had read nothing of what was sent"
           : "the program ran for " + whole_seconds(process->input_closed - process->started) +
                 " and had read nothing of what was sent",
      first);
  if (without) {
    diagnosis.sub_cause = "A container gets its stdin only if it is asked for.";
    diagnosis.cure = "Say `-i` in the command: `docker run -i --rm IMAGE`, `kubectl exec -i`.";
  } else if (stayed) {
    add_evidence(diagnosis, "a program that is still starting, or stuck, looks the same");
  }
  return diagnosis;
}

bool says_it_serves_http(const RunIndex& index) { return !index.output_line(tells_of_http).empty(); }
bool says_how_it_is_used(const RunIndex& index) { return !index.output_line(tells_usage).empty(); }

constexpr Rule kFramingRules[] = {
    {
        .id = "R-FRAMING",
        .weight = Weight::failure,
        .affects = Affects::replies,
        .title = "Messages do not lie on stdout one a line",
        .cause =
            "MCP over stdio is one message of JSON a line, in UTF-8, and nothing else; this program's output is not.",
        .cure = "Write each message as one line of JSON and a line feed, and everything else to stderr.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio"},
        .explains = {"R-START", "R-STDIN"},
        .predicate = misframed,
    },
    {
        .id = "R-FLUSH",
        .weight = Weight::failure,
        .affects = Affects::replies,
        .title = "Answers come only when the program's stdin is closed",
        .cause =
            "What the program writes stays in a buffer until it ends, or it reads all of its input before it looks "
            "at the first message.",
        .cure = "Flush stdout after each message (`print(…, flush=True)` or `PYTHONUNBUFFERED=1`, `fflush`, "
                "`autoflush`, `stdbuf -oL` around a pipe), and read line by line, not to the end of the input.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio"},
        .explains = {"R-START"},
        .predicate = kept_back,
    },
    {
        .id = "R-STDIN",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "The program's stdin does not reach it",
        .cause =
            "The program never read what was sent: its standard input is closed, or is not connected to the server.",
        .cure =
            "Look at what stands between: a shell that puts it in the background or reads from /dev/null, a wrapper "
            "that starts the server without its own stdin, a container without `-i`.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio"},
        .explains = {"R-START"},
        .contradicted_by = {{"its output says that it serves HTTP", Contradiction::Effect::silences,
                             says_it_serves_http},
                            {"it printed how it is used, and left", Contradiction::Effect::silences,
                             says_how_it_is_used}},
        .predicate = input_not_connected,
    },
};

}  // namespace

std::span<const Rule> framing_rules() { return kFramingRules; }

}  // namespace mcplumb
