#include "reports/repeat_line.hpp"

#include "client/jsonrpc/message.hpp"
#include "reports/curl_line.hpp"

namespace mcplumb {
namespace {

std::string sent_line(const Exchange& exchange) {
  return shell_quoted(exchange.request.body_cut ? exchange.request.body.substr(0, 200) + "…" : exchange.request.body);
}

// What the session of `exchange` sent before it to shake hands.
std::string handshake_lines(const Trace& trace, const Exchange& exchange) {
  std::string lines;
  for (const Exchange& earlier : trace.exchanges) {
    if (earlier.number >= exchange.number) break;
    const std::string_view method = string_member(earlier.message, "method");
    if (earlier.session == exchange.session && earlier.transport == exchange.transport &&
        (method == "initialize" || method == "notifications/initialized"))
      lines += " " + sent_line(earlier);
  }
  return lines;
}

}  // namespace

std::string repeat_line(const Trace& trace, const Exchange& exchange) {
  if (exchange.over_http()) return curl_line(exchange);
  std::string program = "PROGRAM";
  if (exchange.process && *exchange.process < trace.processes.size()) {
    program.clear();
    for (const std::string& word : trace.processes[*exchange.process].command)
      program += (program.empty() ? "" : " ") + shell_quoted(word);
  }
  if (exchange.is_channel()) return program;
  // The program reads its stdin to the end; the pause leaves it time to answer before that.
  return "(printf '%s\\n'" + handshake_lines(trace, exchange) + " " + sent_line(exchange) + "; sleep 2) | " + program;
}

}  // namespace mcplumb
