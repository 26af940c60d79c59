// Private to judges.cpp: the judgments about messages.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "conformance/engine/judges.hpp"

namespace mcplumb {

struct NamedJudge {
  std::string_view name;
  Judge judge;
};

Finding make_finding(Verdict severity, std::string path, std::string expected, std::string actual,
                     std::optional<std::size_t> exchange);
// Adds a finding. The first three say enough.
void blame(JudgeResult& result, Verdict severity, std::string path, std::string expected, std::string actual,
           std::size_t exchange);
// A stream behind a Last-Event-ID: what it brings may have come before, and been told again because we asked for it.
bool is_replay(const Exchange& carrier);
// On a channel: another client got the same at the same time, as from a server that tells every client everything.
bool is_copy_for_another(const Trace& trace, const Received& received);
// Each tool of each list that the server sent, one page after the other; not of what was asked for wrongly on purpose.
// Of lists that are the very same, the first; with `purpose`: the first that was asked for with it.
void each_listed_tool(const Trace& trace,
                      const std::function<void(const nlohmann::json& tool, const Received& listed)>& visit,
                      std::optional<std::string_view> purpose = {});
// Values of the trace, each once; holds them where they are.
class DistinctValues {
 public:
  bool has(const nlohmann::json& value) const;  // an equal one
  bool add(const nlohmann::json& value);        // false: it has an equal one

 private:
  bool has(const nlohmann::json& value, std::size_t hash) const;

  std::unordered_multimap<std::size_t, const nlohmann::json*> by_hash_;
};
JudgeResult nothing_seen(std::string why);  // to begin with

std::span<const NamedJudge> message_judges();

}  // namespace mcplumb
