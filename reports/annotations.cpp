#include "client/jsonrpc/message.hpp"
#include "reports/comparison_report.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kOfAKind = 10;

// What a workflow command would take for its own: a line break ends it, and "::" must not begin another one.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else if (property && c == ':')
      out += "%3A";
    else if (property && c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

std::string command(const char* kind, const std::string& title, const std::string& message) {
  return std::string("::") + kind + " title=" + escaped(shortened(title, 120), true) +
         "::" + escaped(shortened(message, 800), false) + "\n";
}

std::string message_of(const Change& change) {
  std::string text = change.what;
  if (!change.before.empty() || !change.after.empty())
    text += "; before: " + (change.before.empty() ? "nothing" : change.before) +
            "; after: " + (change.after.empty() ? "nothing" : change.after);
  return text + " [" + change.id + "]";
}

// How many more of a kind may be written.
class Quota {
 public:
  explicit Quota(std::size_t used) : left_(kOfAKind - used) {}
  bool take() { return left_ > 0 && left_-- > 0; }

 private:
  std::size_t left_;
};

bool is_red(Safety safety, bool strict) {
  return safety == Safety::broken || safety == Safety::unknown || (strict && safety == Safety::changed);
}

}  // namespace

std::string render_annotations(const Comparison& comparison, bool strict) {
  const std::string title = comparison.title.empty() ? "mcplumb" : "mcplumb " + comparison.title;
  const Safety safety = safety_of(comparison);
  const bool red = is_red(safety, strict);
  const char* kind = red ? "error" : safety == Safety::changed ? "warning" : "notice";
  std::string text = command(kind, title, answer_line(comparison));
  Quota errors(red ? 1 : 0), warnings(red ? 0 : 1);
  for (const Change& change : comparison.changes) {
    if (change.counts(Effect::broken) && errors.take()) text += command("error", title, message_of(change));
    if (change.counts(Effect::changed) && warnings.take())
      text += command(strict ? "error" : "warning", title, message_of(change));
  }
  for (const Diagnosis& cause : comparison.causes)
    if (errors.take()) text += command("error", title, "cause: " + cause.title + ". " + cause.cure);
  return text;
}

}  // namespace mcplumb
