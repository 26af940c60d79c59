// What a server is written in, as far as its replies, its log or its command line give it away. Cures and links that
// are only for one of them are shown to the others in no report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/record/run.hpp"

namespace mcplumb {

enum class Stack { unknown, python, node, jvm, dotnet, go, rust, php, ruby };
std::string_view to_string(Stack stack);  // "Python"

// A link into a project of one of them; unknown: it is for all.
Stack stack_of_link(std::string_view url);
// Of a log with a traceback, or an error of a runtime.
Stack stack_of_log(std::string_view log);
// Of a program that was started: "uv run server.py".
Stack stack_of_command(const std::vector<std::string>& command);

}  // namespace mcplumb
