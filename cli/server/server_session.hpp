// One open session with the target, for commands that ask a server one thing. What goes wrong is told on stderr, once,
// with the exchange it happened in; the command then ends with exit().
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/input/options.hpp"
#include "cli/server/signal_guard.hpp"
#include "client/connect/client.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb::cli {

class ServerSession {
 public:
  // `purpose` stands in the trace: "call". Throws UsageError when the options make no sense.
  // `capabilities` are what it declares about itself: nothing, because nobody is there who could be asked.
  ServerSession(const TargetOptions& options, std::string purpose,
                nlohmann::json capabilities = nlohmann::json::object());
  ~ServerSession();  // ends the session and every program that was started
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  bool open();  // the handshake. False: it was told why not
  int exit() const { return exit_; }

  // Waits for the response and returns its result. Absent: it was told why there is none.
  std::optional<nlohmann::json> request(const std::string& method, nlohmann::json params);
  // The same with more care: progress moves the deadline, up to the span `at_most`; every message of the server is
  // shown to `on_message` once. With an error response its error is in `error`, and nothing was told.
  std::optional<nlohmann::json> request(const std::string& method, nlohmann::json params, Micros at_most,
                                        const std::function<void(const nlohmann::json& message)>& on_message,
                                        nlohmann::json* error);
  // The elements of a list, all pages. With `may_be_unknown` a server that does not know the method has none.
  std::optional<std::vector<nlohmann::json>> pages(const std::string& method, bool may_be_unknown = false);
  // The element of this name, with the pages read up to it; `kind` is what it is called: "tool". Throws UsageError if
  // there is none. Absent: it was told why the list could not be read.
  std::optional<nlohmann::json> named(const std::string& method, const std::string& kind, const std::string& name);

  void wait(Micros span);  // ends early when it is interrupted
  Micros now() { return client_.loop().now(); }
  Micros time_left() { return client_.loop().end() - now(); }  // of --total-deadline
  bool is_interrupted() const { return interrupted_; }
  std::string why_stopped() { return client_.loop().why_stopped(); }
  // Our answers to what the server wants to know; absent if nobody is there who could give them.
  std::optional<nlohmann::json> input_for(const nlohmann::json& wishes) { return client_.session().input_for(wishes); }
  // Sends a request whose answer is waited for a little and matters no more, also after an interruption.
  void last_words(const std::string& method, nlohmann::json params);
  bool declares(std::initializer_list<const char*> path) const;  // the server: {"tasks", "cancel"}

  const Client& client() const { return client_; }
  // The revision that was asked for by name is not the one that was agreed on: one sentence. Empty: it is.
  std::string other_revision() const;
  bool is_stateless() const { return client_.opening().era() == Era::stateless; }  // there was no handshake
  // Why the last request failed, or the handshake: one line.
  const std::string& trouble() const { return trouble_; }
  void be_quiet() { quiet_ = true; }  // trouble() and cause() are all that is wanted
  // What explains it, in one line: "the endpoint is at another path: use /mcp [R-PATH]"; empty if nothing does. Asks
  // the server a little more.
  std::string cause();

 private:
  bool fail(int code);
  void tell();
  Run diagnosed();
  int code_of_problem() const;
  int code_of_answer() const;

  Client client_;
  std::string revision_;
  std::string named_revision_;  // by --revision; --era alone proposes one, and asks for none
  Micros deadline_;
  bool opened_ = false, interrupted_ = false;
  SignalGuard signals_;
  std::string trouble_;
  bool verbose_, quiet_ = false;
  int exit_ = 0;
};

}  // namespace mcplumb::cli
