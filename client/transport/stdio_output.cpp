// What a program writes: lines, the messages on them, and what lies there in another shape.
#include <algorithm>
#include <new>

#include "client/jsonrpc/message.hpp"
#include "client/no_memory.hpp"
#include "client/text/utf8.hpp"
#include "client/text/wording.hpp"
#include "client/transport/stdio.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kOutputKept = 4 * 1024;  // of the raw output, as the body of the channel
// For what may yet be put right: a line feed that comes by itself, a message that a log line quoted before it was sent.
constexpr Micros kAfterthought = kSecond;

}  // namespace

void Stdio::on_output(std::string_view bytes) {
  try {
    check_memory();
    read_lines(bytes);
  } catch (const std::bad_alloc&) {
    stop(FailureKind::local, std::string(kNoMemory));
  }
}

void Stdio::read_lines(std::string_view bytes) {
  Exchange& channel = trace_.exchanges[*channel_];
  channel.body_size += bytes.size();
  channel.body += bytes.substr(0, kOutputKept - std::min(kOutputKept, channel.body.size()));
  channel.body_cut = channel.body.size() < channel.body_size;
  while (!bytes.empty() && !channel.failure) {
    const std::size_t end = bytes.find('\n');
    line_ += bytes.substr(0, end);
    if (line_.size() > options_.line_max)
      return stop(FailureKind::too_large, "a line on stdout is " + beyond_own_limit(options_.line_max));
    if (end == bytes.npos) break;
    bytes.remove_prefix(end + 1);
    std::string line;
    line.swap(line_);
    if (line.ends_with('\r')) line.pop_back();
    receive_line(line, true);
  }
  if (line_.empty() || channel.failure) return;
  if (const std::optional<Misframed> found = misframing_.unended(line_))
    if (found->spoils_all()) return stop(FailureKind::malformed, found->what);
  loop_.cancel(rest_timer_);
  rest_timer_ = loop_.after(kAfterthought, [this] { look_at_rest(); });
}

// The end of a line has not come, and nothing else has.
void Stdio::look_at_rest() {
  rest_timer_ = 0;
  if (line_.empty() || trace_.exchanges[*channel_].failure) return;
  const std::optional<Misframed> found = misframing_.left_unended(line_);
  if (!found) return;
  std::string line;
  line.swap(line_);
  const std::optional<std::size_t> index = record_line(line, line);
  if (!index) return;
  trace_.received[*index].value = {};
  receive_misframed(*found, *index);
}

// `text` is what is read of the line. Absent: it is blank, or the trace takes no more.
std::optional<std::size_t> Stdio::record_line(std::string_view line, std::string_view text) {
  const Micros now = loop_.now();
  SseEvent event;
  event.data = line;
  event.has_data = true;
  const std::optional<std::size_t> kept = arrivals_->add_event(event, now);
  if (line.empty()) return std::nullopt;
  std::string overflow;
  const std::optional<std::size_t> index = arrivals_->add_message(text, now, kept, overflow);
  if (!overflow.empty()) stop(FailureKind::too_large, overflow);
  return index;
}

// A byte order mark is read over (RFC 8259 section 8.1 allows that), and said.
void Stdio::receive_line(std::string_view line, bool ended) {
  const bool marked = line.starts_with(kByteOrderMark);
  const std::string_view text = line.substr(marked ? kByteOrderMark.size() : 0);
  const std::optional<std::size_t> index = record_line(line, text);
  if (!index) return;
  Received& received = trace_.received[*index];
  if (marked) received.misframing = to_string(Misframing::byte_order_mark);
  if (marked && received.problem.empty()) received.problem = "a byte order mark (EF BB BF) stands before the message";
  if (!ended && received.problem.empty()) received.problem = "the last line of stdout does not end in a line feed";
  if (!received.value.is_null() && misframing_.may_go_on(received.value)) {
    received.value = {};
    received.problem = "a part of something that is spread over lines";
  }
  const bool unreadable = received.value.is_null();
  settle(*index);
  if (unreadable)
    receive_unreadable(*index, text);
  else
    misframing_.message();
}

void Stdio::receive_unreadable(std::size_t index, std::string_view line) {
  if (strays_++ == 0) first_stray_ = shortened(line, 120);
  if (const std::optional<Misframed> found = misframing_.line(line)) receive_misframed(*found, index);
  if (strays_ > options_.strays_max)
    stop(FailureKind::malformed, "more than " + std::to_string(options_.strays_max) +
                                     " lines on stdout are not JSON-RPC messages, the first is: " + first_stray_);
}

// A message that lies there in another shape: the request that it was for gets no other answer.
void Stdio::receive_misframed(const Misframed& found, std::size_t index) {
  if (!found.may_follow) mark_misframed(found, index);
  if (found.spoils_all()) return stop(FailureKind::malformed, found.what);
  std::optional<std::size_t> number = waiting_for(found.message);
  if (found.kind == Misframing::not_json && found.message.is_null() && !waiting_.empty()) number = *waiting_.begin();
  if (!number) return;
  if (!found.may_follow) return fail_misframed(*number, found.what, index);
  loop_.after(kAfterthought, [this, weak = std::weak_ptr<int>(alive_), number = *number, found, index] {
    if (weak.expired() || waiting_.count(number) == 0) return;
    mark_misframed(found, index);
    fail_misframed(number, found.what, index);
  });
}

// The lines that the message lies on.
void Stdio::mark_misframed(const Misframed& found, std::size_t index) {
  std::size_t left = found.lines;
  for (std::size_t i = index + 1; i-- > 0 && left > 0;) {
    Received& part = trace_.received[i];
    if (part.exchange != *channel_) continue;
    part.misframing = to_string(found.kind);
    part.problem = found.what;
    --left;
  }
}

void Stdio::fail_misframed(std::size_t number, const std::string& what, std::size_t index) {
  if (waiting_.erase(number) == 0) return;
  trace_.exchanges[number].answer = event_of(trace_.received[index], trace_.exchanges[*channel_]);
  finish(number, Failure{FailureKind::malformed, what, loop_.now()});
}

// The request that a response is for.
std::optional<std::size_t> Stdio::waiting_for(const nlohmann::json& message) const {
  const nlohmann::json* id = member(message, "id");
  if (id == nullptr || message.contains("method")) return std::nullopt;
  for (const std::size_t number : waiting_)
    if (same_id(trace_.exchanges[number].message["id"], *id)) return number;
  return std::nullopt;
}

// Finds the request that a message answers, and hands the message on.
void Stdio::settle(std::size_t index) {
  Received& received = trace_.received[index];
  const std::optional<std::size_t> answered = waiting_for(received.value);
  if (answered) {
    received.answers = answered;
    Exchange& exchange = trace_.exchanges[*answered];
    exchange.answer = event_of(received, trace_.exchanges[*channel_]);
    exchange.ended = received.at;
    waiting_.erase(*answered);
  }
  if (observer_ != nullptr) observer_->on_message(index);
  if (answered && observer_ != nullptr) observer_->on_reply_end(*answered);
}

}  // namespace mcplumb
