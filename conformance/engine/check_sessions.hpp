// The sessions that the steps of one check use: the common one, one of its own, and those that it opens by name.
#pragma once

#include <map>
#include <set>
#include <string>

#include "conformance/engine/check_state.hpp"

namespace mcplumb {

class CheckSessions {
 public:
  explicit CheckSessions(CheckState& check) : check_(check) {}

  // The session that the check begins with. The answer says why there is none, one sentence; empty = there is.
  std::string begin();
  // The one that a step names; null if there is none of that name.
  OpenSession* of(const Step& step) const;
  OpenSession& open(const Step& step, const nlohmann::json& arguments, std::map<std::string, Answerer> answers);
  // Variables that tell of the sessions: `session.id`, `revision`, `probe`, `envelope`.
  void set_variables(const Step& step);
  // Ends what the check opened, unless the server still sends something there.
  void end_all();

 private:
  CheckState& check_;
  OpenSession* current_ = nullptr;
  std::map<std::string, OpenSession*> named_;
  std::set<OpenSession*> opened_;
};

}  // namespace mcplumb
