#include "cli/flags/exit_code_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "cli/flags/command_tree.hpp"

using namespace mcplumb;
using namespace mcplumb::cli;

TEST_CASE("exit codes in words: those of the table, or what they mean for the command") {
  CHECK(exit_code_lines({{kConforms}, {kUnreachable}, {kRegression, "broken"}}) ==
        "Exit codes: 0 conforms, 3 unreachable, 7 broken.");
}

TEST_CASE("exit codes in words: lines fit, and none ends with a code") {
  std::string all, line;
  std::istringstream lines(exit_code_lines({{kConforms},
                                            {kFailed},
                                            {kUsage},
                                            {kUnreachable},
                                            {kAuthorization},
                                            {kNothingJudged},
                                            {kStaleBaseline},
                                            {kRegression},
                                            {kHarmful}}));
  while (std::getline(lines, line)) {
    CHECK(line.size() <= 104);
    CHECK_FALSE(std::isdigit(static_cast<unsigned char>(line.back())));
    all += (all.empty() ? "" : " ") + line;
  }
  for (const ExitCodeText& each : kExitCodes)
    CHECK(all.find(std::to_string(each.code) + " " + std::string(each.brief)) != all.npos);
}

TEST_CASE("exit codes in words: the manual page has each code and its meaning") {
  CommandTree tree;
  const std::string page = manual_page(text_of(tree));
  for (const ExitCodeText& each : kExitCodes) {
    const std::string entry = ".B " + std::to_string(each.code) + "\n";
    const std::size_t at = page.find(entry);
    REQUIRE(at != page.npos);
    CHECK(page.find(std::string(each.meaning.substr(1)) + ".\n", at) == at + entry.size() + 1);
  }
}

TEST_CASE("exit codes in words: help speaks of codes that there are, and of each once") {
  CommandTree tree;
  add_server_commands(tree);
  add_check_commands(tree);
  add_comparison_commands(tree);
  std::size_t lists = 0;
  const std::regex entry("(?:^|, )([0-9]+) ");
  for (const CommandText& command : text_of(tree).commands) {
    CAPTURE(command.name);
    const std::size_t at = command.footer.find("Exit codes: ");
    if (at == command.footer.npos) continue;
    ++lists;
    std::string list = command.footer.substr(at + 12);
    std::replace(list.begin(), list.end(), '\n', ' ');
    int entries = 0;
    std::set<int> told;
    for (std::sregex_iterator each(list.begin(), list.end(), entry), end; each != end; ++each, ++entries) {
      const int code = std::stoi((*each)[1]);
      CHECK(code < static_cast<int>(kExitCodes.size()));
      CHECK(told.insert(code).second);
    }
    CHECK(entries > 1);
  }
  CHECK(lists == 12);
}
