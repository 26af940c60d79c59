#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "cli/flags/command_tree.hpp"
#include "reports/formats.hpp"

using namespace mcplumb;
using namespace mcplumb::cli;

namespace {

bool has_flag(const CommandText& command, std::string_view flag) {
  return std::any_of(command.options.begin(), command.options.end(),
                     [&](const OptionText& option) { return option.names == std::vector{std::string(flag)}; });
}

}  // namespace

TEST_CASE("report flags: a command has one for each format that can show what it makes, and no other") {
  CommandTree tree;
  add_check_commands(tree);
  add_comparison_commands(tree);
  std::map<std::string, CommandText> commands;
  for (CommandText& command : text_of(tree).commands) commands.emplace(command.name, std::move(command));
  for (const ReportFormat& format : report_formats()) {
    for (const char* name : {"check", "report"}) {
      CAPTURE(name);
      CHECK(has_flag(commands.at(name), format.flag) == (format.run != nullptr));
    }
    for (const char* name : {"compare", "gate", "lock", "bisect"}) {
      CAPTURE(name);
      CHECK(has_flag(commands.at(name), format.flag) == (format.comparison != nullptr));
    }
  }
}
