// A cause that explains what went wrong in a run, as a plain value (docs/diagnosis.md).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcplumb {

// certain: the run holds the proof. likely: nothing else known looks like it. possible: worth a look.
enum class Confidence { certain, likely, possible };
// failure: it keeps clients from working. warning: it will hurt some of them, or some day. info: worth knowing.
enum class Weight { failure, warning, info };
std::string_view to_string(Confidence confidence);
std::string_view to_string(Weight weight);
std::optional<Confidence> confidence_from(std::string_view text);
std::optional<Weight> weight_from(std::string_view text);

struct Diagnosis {
  std::string rule;  // "R-LIFESPAN"
  Weight weight = Weight::failure;
  Confidence confidence = Confidence::possible;
  std::string title;                  // one line: "The MCP session manager is not running"
  std::string cause;                  // one or two sentences
  std::string sub_cause;              // which of several ways led there; empty = not told apart
  std::vector<std::string> evidence;  // what of this very run says so, a sentence a line
  std::string cure;
  std::string note;                    // what people wrongly believe about it; empty = nothing
  std::vector<std::string> links;      // issues and changes, as URLs
  std::vector<std::size_t> exchanges;  // numbers in Run::trace that the evidence speaks of
};

// A guess at who made the server, from the way it answers: "python mcp 1.26 or newer".
struct Likeness {
  std::string what;
  std::string evidence;                 // "an unknown session id was answered 404 with JSON"
  std::optional<std::size_t> exchange;  // where that was seen
};

}  // namespace mcplumb
