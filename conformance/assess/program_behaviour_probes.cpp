// What there is to see of a program that speaks over its standard streams. It is looked at in a process of its own.
#include "client/jsonrpc/message.hpp"
#include "conformance/assess/behaviour_probes.hpp"
#include "conformance/probes/cost_probes.hpp"
#include "conformance/probes/observation_writer.hpp"

namespace mcplumb {
namespace {

std::string describe_error(const nlohmann::json& message) {
  const nlohmann::json* code = error_code(message);
  return code != nullptr && code->is_number_integer() ? "error " + serialize(*code) : "an error without a code";
}

class ProgramBehaviourProbes : private ObservationWriter {
 public:
  ProgramBehaviourProbes(Run& run, SessionPool& sessions, HttpClient& http, const RunOptions& options)
      : ObservationWriter(run, http.loop()), sessions_(sessions), trace_(http.trace()), options_(options) {}

  void run() {
    if (!run_.handshake_problem.empty()) return;
    OpenOptions open;
    open.send = sending("observe");
    OpenSession& session = sessions_.open(open);
    const Exchange& opening = trace_.exchanges[session.opening().answer.exchange];
    status("session.second", "a second program beside the first",
           session.usable() ? "opened" : session.opening().problem, session.usable() ? 200 : 500, &opening);
    if (!session.usable() || !opening.process) return;
    const ProcessRecord& process = trace_.processes[*opening.process];
    start_cost(trace_.received[*session.opening().answer.received].at - process.started);
    if (go_on()) answer("answer.ping", "ping", session, "ping");
    if (go_on()) answer("answer.unknown-method", "a method that no server has", session, "mcplumb/no-such-method");
    if (go_on()) idle(process.pid, options_.observing->idle_window);
    if (go_on()) probe_costs_in_session(run_, loop_, options_, *session.session, process.pid);
    if (go_on()) malformed_line(session);
    if (go_on()) end(session, process);
  }

 private:
  RequestOptions sending(const char* purpose) const {
    RequestOptions request;
    request.purpose = purpose;
    request.deliberate = true;
    request.deadline = loop_.now() + options_.deadline;
    return request;
  }

  // 200 stands for a result, 400 for an error, 0 for no answer.
  void answer(const char* id, const char* title, OpenSession& session, const char* method) {
    const Answer answer = session.session->request(method, nullptr, sending(id));
    const nlohmann::json& message = session.session->response(answer);
    const bool result = member(message, "result") != nullptr;
    status(id, title,
           !answer.received ? "no answer: " + answer.problem
           : result         ? "a result"
                            : describe_error(message),
           !answer.received ? 0
           : result         ? 200
                            : 400,
           &trace_.exchanges[answer.exchange]);
  }

  void malformed_line(OpenSession& session) {
    const std::size_t before = trace_.received.size();
    const char* id = "answer.malformed-line";
    if (!session.transport->send_line("{", sending(id))) return;
    const Answer ping = session.session->request("ping", nullptr, sending(id));
    std::string value = "passed over";
    for (std::size_t i = before; i < trace_.received.size(); ++i)
      if (const nlohmann::json& message = trace_.received[i].value; member(message, "error") != nullptr)
        value = describe_error(message);
    value += ping.received ? ", and the session goes on" : ", and the session is over: " + ping.problem;
    status(id, "a line that is not JSON", std::move(value), ping.received ? 200 : 0, &trace_.exchanges[ping.exchange]);
  }

  void end(OpenSession& session, const ProcessRecord& process) {
    const Micros told = loop_.now();
    sessions_.end(session, told + options_.deadline);
    loop_.run_until([&] { return process.ended != kNever; }, told + options_.observing->exit_deadline + 10 * kSecond);
    if (process.ended == kNever) return;
    word("exit.input", "the end of its input",
         process.killed != kNever       ? "did not exit, not even on TERM"
         : process.terminated != kNever ? "did not exit; on TERM it did"
                                        : "exited");
    end_cost(process, told);
  }

  SessionPool& sessions_;
  Trace& trace_;
  const RunOptions& options_;
};

}  // namespace

void probe_program_behaviour(Run& run, SessionPool& sessions, HttpClient& http, const RunOptions& options) {
  ProgramBehaviourProbes(run, sessions, http, options).run();
}

}  // namespace mcplumb
