// The views of view.hpp without a copy of what the trace has: each group of parts is made when a check asks for one of
// it, and messages are those of the trace itself.
#pragma once

#include <set>
#include <string>

#include "conformance/engine/view.hpp"
#include "conformance/language/parts.hpp"

namespace mcplumb {

class ExchangeParts final : public Parts {
 public:
  // The builder must outlive it, and its trace must be complete.
  ExchangeParts(const ViewBuilder& builder, const Exchange& exchange, Micros now)
      : builder_(builder), exchange_(exchange), now_(now) {}
  const nlohmann::json* find(const std::string& name) const override;
  const nlohmann::json* find_within(const std::string& name, const std::string& member) const override;
  // What was made of large messages is made anew when it is asked for again. No value that was found lives on.
  void shed();

 private:
  void make_group_of(std::string_view name) const;
  const ViewBuilder& builder_;
  const Exchange& exchange_;
  Micros now_;
  mutable nlohmann::json made_ = nlohmann::json::object();
  mutable unsigned groups_ = 0;  // of kGroups, those that were made
};

// An exchange with the answer to its request, which may have come in a later round.
class AnswerParts final : public Parts {
 public:
  // As ExchangeParts; the answer is copied.
  AnswerParts(const ViewBuilder& builder, const Trace& trace, const Answer& answer, Micros now);
  const nlohmann::json* find(const std::string& name) const override;
  const nlohmann::json* find_within(const std::string& name, const std::string& member) const override;

 private:
  ExchangeParts exchange_;
  const Received* response_;  // null: there is none, and `made_` says why
  mutable nlohmann::json made_ = nlohmann::json::object();
};

class MessageParts final : public Parts {
 public:
  // `on` is where it came. All must outlive it.
  MessageParts(const ViewBuilder& builder, const Received& received, const Exchange& carrier, const nlohmann::json& on)
      : builder_(builder), received_(received), carrier_(carrier), on_(on) {}
  const nlohmann::json* find(const std::string& name) const override;
  const nlohmann::json* find_within(const std::string& name, const std::string& member) const override;

 private:
  const ViewBuilder& builder_;
  const Received& received_;
  const Exchange& carrier_;
  const nlohmann::json& on_;
  mutable nlohmann::json made_ = nlohmann::json::object();
  mutable bool has_kind_ = false, has_session_ = false, has_asked_ = false;
};

}  // namespace mcplumb
