#include "conformance/record/exit_code.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "client/trace.hpp"

using namespace mcplumb;

namespace {

std::string page(const std::string& name) {
  std::ifstream in(std::string(MCPLUMB_SOURCE_DIR) + "/" + name, std::ios::binary);
  REQUIRE_MESSAGE(in, name);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The second cell of the row of this code in a table of Markdown, without links and small at its start.
std::string meaning_in(const std::string& text, ExitCode code) {
  const std::string start = "\n| " + std::to_string(code) + " | ";
  const std::size_t at = text.find(start);
  REQUIRE(at != text.npos);
  std::string cell = text.substr(at + start.size());
  cell = std::regex_replace(cell.substr(0, cell.find(" |")), std::regex(R"(\[([^\]]*)\]\([^)]*\))"), "$1");
  cell.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(cell.front())));
  return cell;
}

}  // namespace

TEST_CASE("exit codes: each is in the table, at its own place") {
  for (std::size_t i = 0; i < kExitCodes.size(); ++i) CHECK(kExitCodes[i].code == static_cast<int>(i));
}

TEST_CASE("exit codes: README.md and docs/exit-codes.md say what the table says") {
  for (const char* name : {"README.md", "docs/exit-codes.md"})
    for (const ExitCodeText& each : kExitCodes) {
      CAPTURE(name);
      CAPTURE(meaning_in(page(name), each.code));
      CHECK(meaning_in(page(name), each.code).starts_with(each.meaning));
    }
}

TEST_CASE("exit codes: the page gives the order that decides") {
  std::string order;
  for (const ExitCode code : kExitCodesByWeight)
    if (code != kConforms) order += (order.empty() ? "" : ", ") + std::to_string(code);
  CHECK(page("docs/exit-codes.md").find("the first of " + order + " decides") != std::string::npos);
}

TEST_CASE("exit codes: the weightier of two, whatever their order") {
  CHECK(weightier(kConforms, kStaleBaseline) == kStaleBaseline);
  CHECK(weightier(kFailed, kAuthorization) == kAuthorization);
  CHECK(weightier(kRegression, kFailed) == kRegression);
  CHECK(weightier(kUnreachable, kUnreachable) == kUnreachable);
}

TEST_CASE("exit codes: without a session, by the last thing that was answered") {
  CHECK(code_without_session(nullptr) == kUnreachable);
  Exchange exchange;
  CHECK(code_without_session(&exchange) == kUnreachable);
  for (const auto& [message, code] :
       {std::pair{"the connection was reset", kUnreachable},
        std::pair{"this machine has no memory left for it", kNothingJudged},
        std::pair{"one message is nested deeper than 256 levels, mcplumb's own limit", kNothingJudged}}) {
    exchange.failure = Failure{FailureKind::local, message, 1};
    CHECK(code_without_session(&exchange) == code);
  }
  exchange.failure.reset();
  exchange.answer.emplace();  // over stdio there is no status
  CHECK(code_without_session(&exchange) == kFailed);
  exchange.answer.reset();
  exchange.blocks.push_back({"HTTP/1.1", 200, "", {}, 1});
  for (const auto& [status, code] : {std::pair{200, kFailed}, std::pair{401, kAuthorization},
                                     std::pair{403, kAuthorization}, std::pair{500, kFailed}}) {
    exchange.blocks.back().status = status;
    CHECK(code_without_session(&exchange) == code);
  }
}
