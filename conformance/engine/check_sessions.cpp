#include "conformance/engine/check_sessions.hpp"

#include "conformance/engine/repeated_arguments.hpp"
#include "conformance/engine/step_parts.hpp"

namespace mcplumb {

using nlohmann::json;

std::string CheckSessions::begin() {
  if (check_.check.session == SessionUse::shared) {
    current_ = check_.run.common != nullptr ? check_.run.common : check_.run.needs.shared();
  } else if (check_.check.session == SessionUse::own && check_.check.steps.front().verb != Verb::open) {
    OpenOptions options;
    options.send.purpose = check_.check.id;
    options.send.deadline = check_.now() + check_.run.options.deadline;
    current_ = &check_.run.sessions.open(options);
    opened_.insert(current_);
    if (!current_->usable()) return "no session of its own could be opened: " + current_->opening().problem;
  } else {
    current_ = &check_.run.sessions.outside();
  }
  return current_ == nullptr ? "no session could be opened" : "";
}

OpenSession* CheckSessions::of(const Step& step) const {
  if (step.session.empty()) return current_;
  if (step.session == "none") return &check_.run.sessions.outside();
  if (step.session == "main" && named_.count("main") == 0) return current_;
  const auto found = named_.find(step.session);
  return found == named_.end() ? nullptr : found->second;
}

OpenSession& CheckSessions::open(const Step& step, const json& arguments, std::map<std::string, Answerer> answers) {
  OpenOptions options;
  const json& revision = part(arguments, "revision");
  if (revision.is_string()) options.revision = revision.get<std::string>();
  options.answers = std::move(answers);
  options.capabilities = part(arguments, "capabilities");
  options.client_info = part(arguments, "client");
  if (const json& bearer = part(arguments, "bearer"); !bearer.is_null())
    options.authorization = bearer == "none" ? "" : "Bearer " + text_of(bearer);
  const json& initialized = part(arguments, "initialized");
  options.confirm = !initialized.is_boolean() || initialized.get<bool>();
  options.retry_supported_version = options.revision.empty();
  options.send = check_.send_options(step, arguments);
  options.meta = part(arguments, "meta");
  OpenSession& session = check_.run.sessions.open(options);
  opened_.insert(&session);
  if (step.as.empty() || step.as == "main") current_ = &session;
  named_[step.as.empty() ? "main" : step.as] = &session;
  return session;
}

void CheckSessions::set_variables(const Step& step) {
  if (current_ != nullptr) {
    const std::string& agreed = current_->opening().revision;
    check_.variables["revision"] =
        agreed.empty() && current_->session->is_stateless() ? std::string(kStatelessRevision) : agreed;
    check_.variables["session.id"] = current_->transport->session_id();
    check_.variables["probe"] = current_->session->is_stateless() ? "server/discover" : "ping";
  }
  const OpenSession* session = of(step);
  const json envelope = session != nullptr ? session->session->envelope() : json();
  for (const Need& need : check_.check.needs) {
    const auto role = check_.run.options.roles.find(need.argument);
    const std::string name = "role." + need.argument + ".headers";
    if (need.kind == NeedKind::role && role != check_.run.options.roles.end() && check_.check.refers_to.contains(name))
      check_.variables[name] = repeated_arguments(check_.trace(), role->second);
  }
  check_.variables["envelope"] = envelope.is_null() ? json::object() : envelope;
}

void CheckSessions::end_all() {
  for (OpenSession* session : opened_) {
    bool streaming = false;
    for (const Exchange& exchange : check_.trace().exchanges)
      if (exchange.session == session->label && exchange.request.method == "POST" && exchange.ended == kNever)
        streaming = true;
    // A stream that the server should end itself is watched until the end of the run; so its session stays.
    if (!streaming) check_.run.sessions.end(*session, check_.now() + 2 * kSecond);
  }
}

}  // namespace mcplumb
