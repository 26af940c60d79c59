#include "conformance/probes/revision_probes.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/session/pages.hpp"
#include "client/strands.hpp"
#include "client/transport/era.hpp"
#include "conformance/engine/refusal.hpp"

namespace mcplumb {
namespace {

// The first list that the server declares; empty without one.
std::string declared_list(const OpenSession& session) {
  const nlohmann::json* capabilities = member(session.opening().result, "capabilities");
  if (capabilities == nullptr) return "";
  for (const char* feature : {"tools", "prompts", "resources"})
    if (member(*capabilities, feature) != nullptr) return std::string(feature) + "/list";
  return "";
}

RevisionLook look(SessionPool& sessions, const std::string& revision, HttpClient& http, const RunOptions& options,
                  bool deliberate = false) {
  RevisionLook seen;
  seen.revision = revision;
  OpenOptions open;
  open.revision = revision;
  open.retry_supported_version = false;
  open.send.purpose = "revisions";
  open.send.deliberate = deliberate;
  open.send.deadline = http.loop().now() + options.deadline;
  OpenSession& session = sessions.open(open);
  const Exchange& asked = http.trace().exchanges[session.opening().answer.exchange];
  seen.exchange = asked.number;
  if (!session.usable()) {
    seen.found = found_of_refusal(asked);
    seen.problem = session.opening().problem;
  } else if (session.opening().revision != revision) {
    seen.found = RevisionLook::Found::refused;
    seen.problem = "the server answers " + shortened(session.opening().revision, 40);
  } else {
    seen.found = RevisionLook::Found::spoken;
    const std::string method = declared_list(session);
    ListOptions listed{"revisions", options.deadline, {1, 10'000}};
    listed.each = [](const nlohmann::json&) {};  // that they can be read is all that matters
    const Listing list = method.empty() ? Listing{} : read_list(*session.session, http.loop(), method, listed);
    if (!list.problem.empty()) {
      // What another layer says, or who does not know the session, is not about the revision.
      const Exchange& last = http.trace().exchanges[list.last.exchange];
      const bool other = last.is_at_own_limit() || reply_origin(last).is_foreign() || last.status() == 404;
      seen.found = other ? RevisionLook::Found::unknown : RevisionLook::Found::broken;
      seen.problem = method + ": " + list.problem;
      seen.exchange = list.last.exchange;
    }
  }
  sessions.end(session, http.loop().now() + options.deadline);
  return seen;
}

}  // namespace

std::vector<RevisionLook> look_at_revisions(SessionPool& sessions, const OpenSession& first, HttpClient& http,
                                            const RunOptions& options, std::size_t at_once) {
  std::vector<RevisionLook> looks;
  if (first.session->is_stateless()) return looks;
  const auto known = handshake_revisions();
  for (auto revision = known.rbegin(); revision != known.rend(); ++revision)
    if (*revision != first.opening().revision) looks.push_back({std::string(*revision), {}, "", std::nullopt});
  std::vector<std::function<void()>> work;
  for (RevisionLook& each : looks)
    work.emplace_back([&] {
      if (!http.loop().stopped()) each = look(sessions, each.revision, http, options);
    });
  side_by_side(http.loop(), work, at_once);
  const auto is_left_out = [](const RevisionLook& each) { return !each.exchange; };  // interrupted before it
  looks.erase(std::remove_if(looks.begin(), looks.end(), is_left_out), looks.end());
  return looks;
}

void look_again(std::vector<RevisionLook>& looks, SessionPool& sessions, HttpClient& http, const RunOptions& options) {
  for (RevisionLook& each : looks) {
    const bool is_clear = each.found == RevisionLook::Found::spoken || each.found == RevisionLook::Found::refused;
    if (is_clear || !each.exchange || http.loop().stopped()) continue;
    const std::string session = http.trace().exchanges[*each.exchange].session;
    for (Exchange& exchange : http.trace().exchanges)
      if (exchange.session == session) exchange.deliberate = true;  // only what is seen now is judged
    each = look(sessions, each.revision, http, options);
  }
}

std::vector<RevisionLook> look_for_revision(SessionPool& sessions, HttpClient& http, const RunOptions& options) {
  std::vector<RevisionLook> looks;
  const auto known = handshake_revisions();
  for (auto revision = known.rbegin(); revision != known.rend() && !http.loop().stopped(); ++revision) {
    if (*revision == kNewestHandshakeRevision) continue;
    looks.push_back(look(sessions, std::string(*revision), http, options, true));
    if (looks.back().found == RevisionLook::Found::spoken) break;
  }
  return looks;
}

}  // namespace mcplumb
