// The stdio transport: a program that reads one JSON-RPC message a line from its stdin and writes one a line to stdout.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
//
// The channel (transport.hpp) is its stdout: each line is an event with its moment. A line that is no JSON is recorded
// with the reason and read over; a program that writes nothing else is given up at a bound. Whatever the program writes
// to stderr is kept in its ProcessRecord. One that serves requests without a handshake, and left of its own accord
// while nothing was asked of it, is started again by the next message.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "client/process/child_process.hpp"
#include "client/transport/arrivals.hpp"
#include "client/transport/misframing.hpp"
#include "client/transport/transport.hpp"

namespace mcplumb {

struct StdioOptions {
  std::string label;                                             // of the session
  std::vector<std::string> command;                              // not empty
  std::vector<std::pair<std::string, std::string>> environment;  // beyond our own
  std::string directory;
  Micros grace = 5 * kSecond, term_grace = 2 * kSecond;  // after EOF, after TERM
  std::size_t line_max = 4 * 1024 * 1024;
  std::size_t strays_max = 1000;  // lines that are no messages
};

class Stdio final : public Transport, private ChildProcess::Observer {
 public:
  // Loop and trace must outlive the transport. The program is started by open(); it is killed at destruction, unless
  // end_session() made it end before.
  Stdio(EventLoop& loop, Trace& trace, StdioOptions options);
  ~Stdio() override;

  TransportKind kind() const override { return TransportKind::stdio; }
  void observe(TransportObserver* observer) override { observer_ = observer; }
  std::string open(const SendOptions& options) override;
  std::optional<std::size_t> channel() const override { return channel_; }
  std::size_t send(const nlohmann::json& message, const SendOptions& options) override;
  std::optional<std::size_t> listen(const SendOptions&) override { return channel_; }
  // Starts the orderly end of the program; the channel runs until it has ended.
  std::optional<std::size_t> end_session(const SendOptions& options) override;
  void give_up(std::size_t exchange, FailureKind kind, std::string why) override;
  void close_stream(std::size_t exchange) override;
  bool running(std::size_t exchange) const override;
  void agree_on(std::string_view revision) override { revision_ = revision; }
  std::string session_id() const override { return ""; }
  std::string about_silence() const override;

  std::optional<std::size_t> send_line(std::string_view line, const SendOptions& options) override;

 private:
  void on_output(std::string_view bytes) override;
  void on_output_end() override;
  void read_lines(std::string_view bytes);
  void on_exit() override;
  bool has_left_while_idle() const;
  void forget_program();
  Exchange& record(const SendOptions& options, std::string_view line);
  std::size_t write_line(std::string_view line, const SendOptions& options);
  void receive_line(std::string_view line, bool ended);
  void receive_unreadable(std::size_t received, std::string_view line);
  void receive_misframed(const Misframed& found, std::size_t received);
  void mark_misframed(const Misframed& found, std::size_t received);
  void fail_misframed(std::size_t exchange, const std::string& what, std::size_t received);
  std::optional<std::size_t> waiting_for(const nlohmann::json& message) const;
  std::optional<std::size_t> record_line(std::string_view line, std::string_view text);
  void look_at_rest();
  void settle(std::size_t received);
  void finish(std::size_t exchange, std::optional<Failure> failure);
  void fail_all(FailureKind kind, const std::string& why);
  void stop(FailureKind kind, const std::string& why);
  std::string ending() const;
  std::string why_unsent() const;
  std::string why_mute() const;

  EventLoop& loop_;
  Trace& trace_;
  StdioOptions options_;
  TransportObserver* observer_ = nullptr;
  std::unique_ptr<ChildProcess> child_;
  std::optional<std::size_t> channel_;
  std::optional<Arrivals> arrivals_;
  std::string revision_, line_;  // line_: its end has not come yet
  MisframingReader misframing_;
  EventLoop::TimerId rest_timer_ = 0;  // looks at a line_ that stays as it is
  std::size_t strays_ = 0;             // lines that are no JSON
  std::string first_stray_;
  Micros last_line_at_ = 0;        // of ours
  bool mute_ = false;              // it closed its stdout some time ago, and still runs
  std::set<std::size_t> unsent_;   // exchanges of messages that the program did not take
  std::set<std::size_t> waiting_;  // exchanges of requests without their response
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace mcplumb
