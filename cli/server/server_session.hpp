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
#include "client/clock.hpp"
#include "client/log.hpp"
#include "client/loop.hpp"
#include "client/session/session.hpp"

namespace mcplumb {
class HttpClient;
class SessionBook;
struct OpenSession;
struct RunOptions;
}  // namespace mcplumb

namespace mcplumb::cli {

class ServerSession {
 public:
  // `purpose` stands in the trace: "call". Throws UsageError when the options make no sense.
  ServerSession(const TargetOptions& options, std::string purpose);
  ~ServerSession();  // ends the session and every program that was started
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  bool open();             // the handshake. False: it was told why not
  bool open_like_a_run();  // the same, declaring what a conformance run declares: some servers offer more then
  int exit() const { return exit_; }

  // Waits for the response and returns its result. Absent: it was told why there is none.
  std::optional<nlohmann::json> request(const std::string& method, nlohmann::json params);
  // The same with more care: progress moves the deadline, up to `latest`; every message of the server is shown to
  // `on_message` once. With an error response its error is in `error`, and nothing was told.
  std::optional<nlohmann::json> request(const std::string& method, nlohmann::json params, Micros latest,
                                        const std::function<void(const nlohmann::json& message)>& on_message,
                                        nlohmann::json* error);
  // The elements under `key` of all pages. With `may_be_unknown` a server that does not know the method has none.
  std::optional<std::vector<nlohmann::json>> pages(const std::string& method, const std::string& key,
                                                   bool may_be_unknown = false);

  bool declares(const std::string& capability) const;
  const Opening& opening() const;
  bool is_stateless() const;  // there was no handshake
  TransportKind transport() const;
  Micros opening_took() const;
  Micros last_took() const { return last_took_; }  // the last request, until its response came
  Micros now() const;
  // Why the last request failed, or the handshake: one line.
  const std::string& trouble() const { return trouble_; }
  void be_quiet() { quiet_ = true; }  // trouble() is all that is wanted

 private:
  struct State;
  bool open_with(nlohmann::json capabilities);
  bool fail_with(const std::string& method, const nlohmann::json& error);
  bool fail(std::string problem, std::size_t exchange, int code);
  void tell(std::size_t exchange) const;
  int code_of(std::size_t exchange) const;

  std::unique_ptr<State> state_;
  std::string purpose_, trouble_;
  bool verbose_, quiet_ = false;
  Micros last_took_ = kNever;
  int exit_ = 0;
};

}  // namespace mcplumb::cli
