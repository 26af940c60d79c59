#include "client/transport/stdio.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kLineKept = 16 * 1024;  // of a message that we sent, in the trace
constexpr Micros kExitPatience = kSecond;     // from the end of the output to the end of the program
constexpr Micros kIdle = kSecond;             // an end so long after the last line of ours has nothing to do with it

}  // namespace

Stdio::Stdio(EventLoop& loop, Trace& trace, StdioOptions options)
    : loop_(loop), trace_(trace), options_(std::move(options)) {}

Stdio::~Stdio() {
  observer_ = nullptr;
  loop_.cancel(rest_timer_);
}

std::string Stdio::open(const SendOptions& options) {
  if (has_left_while_idle()) forget_program();
  if (!child_) {
    Exchange& exchange = record(options, "");
    channel_ = exchange.channel = exchange.number;
    arrivals_.emplace(trace_, *channel_, Arrivals::channel_limits(options_.line_max));
    ChildOptions child;
    child.command = options_.command;
    child.environment = options_.environment;
    child.directory = options_.directory;
    child.session = options_.label;
    child.grace = options_.grace;
    child.term_grace = options_.term_grace;
    child_ =
        std::make_unique<ChildProcess>(loop_, trace_, std::move(child), static_cast<ChildProcess::Observer*>(this));
    exchange.process = child_->record().number;
    if (!child_->record().problem.empty())
      finish(*channel_, Failure{FailureKind::local, child_->record().problem, loop_.now()});
  }
  return child_->record().problem;
}

// Without a handshake nothing is lost by that, and the next request finds a fresh program as good.
// https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio#unexpected-termination
bool Stdio::has_left_while_idle() const {
  if (!child_ || child_->running() || revision_ < kStatelessRevision) return false;
  if (!waiting_.empty() || !unsent_.empty()) return false;
  const ProcessRecord& process = child_->record();
  return process.exit_status == 0 && process.input_closed == kNever && process.ended - last_line_at_ >= kIdle;
}

void Stdio::forget_program() {
  alive_ = std::make_shared<int>(0);  // what was to be done about its end later is not to be done
  loop_.cancel(rest_timer_);
  child_.reset();
  channel_.reset();
  arrivals_.reset();
  line_.clear();
  first_stray_.clear();
  misframing_ = {};
  strays_ = 0;
  mute_ = false;
}

Exchange& Stdio::record(const SendOptions& options, std::string_view line) {
  Exchange& exchange = trace_.exchanges.emplace_back();
  exchange.number = trace_.exchanges.size() - 1;
  exchange.transport = kind();
  exchange.session = options_.label;
  exchange.revision = revision_;
  exchange.purpose = options.purpose;
  exchange.deliberate = options.deliberate;
  exchange.channel = channel_;
  if (child_) exchange.process = child_->record().number;
  exchange.request.at = loop_.now();
  exchange.request.body = std::string(line.substr(0, kLineKept));
  exchange.request.body_size = line.size();
  exchange.request.body_cut = line.size() > kLineKept;
  return exchange;
}

std::size_t Stdio::send(const nlohmann::json& message, const SendOptions& options) {
  const std::size_t number = write_line(serialize(message), options);
  Exchange& exchange = trace_.exchanges[number];
  exchange.message = message;
  if (is_request(message) && unsent_.count(number) == 0) {
    exchange.ended = kNever;
    waiting_.insert(number);
    if (mute_)
      loop_.after(0, [this, weak = std::weak_ptr<int>(alive_)] {
        if (!weak.expired()) fail_all(FailureKind::cut, why_mute());
      });
  }
  return number;
}

std::optional<std::size_t> Stdio::send_line(std::string_view line, const SendOptions& options) {
  return write_line(line, options);
}

std::size_t Stdio::write_line(std::string_view line, const SendOptions& options) {
  open(options);
  const Exchange& exchange = record(options, line);
  const std::size_t number = exchange.number;
  last_line_at_ = loop_.now();
  if (child_->write(std::string(line) + "\n")) {
    trace_.exchanges[number].ended = loop_.now();
    return number;
  }
  // A program that is ending says why when it has ended. Whoever sends learns of it only once it has the number.
  unsent_.insert(number);
  const bool may_be_ending = child_->running() && child_->record().input_closed == kNever;
  const std::weak_ptr<int> weak = alive_;
  loop_.after(may_be_ending ? kExitPatience : 0, [this, weak, number] {
    if (!weak.expired() && unsent_.erase(number) != 0)
      finish(number, Failure{FailureKind::empty, why_unsent(), loop_.now()});
  });
  return number;
}

void Stdio::on_output_end() {
  std::string line;
  line.swap(line_);
  const bool cut = trace_.exchanges[*channel_].failure.has_value();
  if (!line.empty() && !cut) receive_line(line, false);
  // A program that ends closes its stdout a moment before; then its exit status tells more.
  loop_.after(kExitPatience, [this, weak = std::weak_ptr<int>(alive_)] {
    if (weak.expired() || !child_->running()) return;
    mute_ = true;
    fail_all(FailureKind::cut, why_mute());
  });
}

void Stdio::on_exit() {
  const Exchange& channel = trace_.exchanges[*channel_];
  fail_all(channel.events_seen == 0 ? FailureKind::empty : FailureKind::cut, ending());
  finish(*channel_, std::nullopt);
}

std::string Stdio::why_mute() const { return "the program closed its stdout without answering; " + ending(); }

std::string Stdio::why_unsent() const {
  const std::string start = "the message could not be sent: ";
  if (!child_->running()) return start + ending();
  if (child_->record().input_closed != kNever) return start + "we closed the program's stdin";
  return start + "the program " + ending_of(child_->record()) + ", but closed its stdin or does not read it";
}

std::string Stdio::about_silence() const {
  if (!child_ || !child_->running() || trace_.exchanges[*channel_].events_seen > 0) return "";
  return child_->input_unread() ? "the program has not read its stdin; is that connected to it?" : "";
}

// What the program did, and what it said about that.
std::string Stdio::ending() const {
  const ProcessRecord& process = child_->record();
  if (!process.problem.empty()) return process.problem;
  const Exchange& channel = trace_.exchanges[*channel_];
  std::string text = "the program " + ending_of(process);
  if (process.ended != kNever && waiting_.size() + unsent_.size() > 0) text += " without answering";
  if (process.exit_status == 0 && process.input_unread && channel.events_seen == 0)
    text += "; it never read its stdin, as if that were closed or not connected to it";
  if (channel.failure) text = channel.failure->message;
  if (!first_stray_.empty() && !channel.failure) text += "; its stdout is not JSON-RPC: " + first_stray_;
  if (const std::string lines = last_lines(process); !lines.empty()) text += "; last on its stderr: " + lines;
  return text;
}

void Stdio::finish(std::size_t number, std::optional<Failure> failure) {
  Exchange& exchange = trace_.exchanges[number];
  if (exchange.ended != kNever) return;
  exchange.ended = loop_.now();
  // A channel that ended at a bound of ours: what it takes along did, too.
  if (const Exchange& channel = trace_.exchanges[*channel_]; failure && channel.is_at_own_limit())
    failure->kind = channel.failure->kind;
  if (failure && !exchange.failure) exchange.failure = std::move(failure);
  if (observer_ != nullptr) observer_->on_reply_end(number);
}

void Stdio::fail_all(FailureKind kind, const std::string& why) {
  std::set<std::size_t> all;
  all.swap(waiting_);
  all.merge(unsent_);
  for (const std::size_t number : all) finish(number, Failure{kind, why, loop_.now()});
}

// Its output is beyond use.
void Stdio::stop(FailureKind kind, const std::string& why) {
  Exchange& channel = trace_.exchanges[*channel_];
  if (channel.failure) return;
  channel.failure = Failure{kind, why, loop_.now()};
  fail_all(kind, why);
  child_->kill();
}

std::optional<std::size_t> Stdio::end_session(const SendOptions&) {
  if (!child_ || !child_->running()) return std::nullopt;
  trace_.exchanges[*channel_].closed_by_us = true;
  child_->end();
  return channel_;
}

void Stdio::give_up(std::size_t number, FailureKind kind, std::string why) {
  if (number == channel_) return kind == FailureKind::too_large ? stop(kind, why) : void();
  waiting_.erase(number);
  unsent_.erase(number);
  Exchange& exchange = trace_.exchanges[number];
  if (!exchange.failure && !exchange.answer) exchange.failure = Failure{kind, std::move(why), loop_.now()};
  if (exchange.ended == kNever) exchange.ended = loop_.now();
}

void Stdio::close_stream(std::size_t number) {
  if (number == channel_ || waiting_.erase(number) + unsent_.erase(number) == 0) return;
  trace_.exchanges[number].closed_by_us = true;
  trace_.exchanges[number].ended = loop_.now();
}

bool Stdio::running(std::size_t number) const {
  if (number == channel_) return child_ && child_->running();
  return waiting_.count(number) + unsent_.count(number) != 0;
}

}  // namespace mcplumb
