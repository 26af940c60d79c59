#include "conformance/causes/stack.hpp"

#include <algorithm>
#include <array>

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 9> kStackNames = {"",   "Python", "JavaScript", "Java", ".NET",
                                                         "Go", "Rust",   "PHP",        "Ruby"};

struct StackSign {
  std::string_view text;
  Stack stack;
};

// Parts of links. What is not here is for everyone.
constexpr StackSign kInLinks[] = {
    {"/python-sdk/", Stack::python},   {"/starlette/", Stack::python},    {"/sse-starlette/", Stack::python},
    {"/anyio/", Stack::python},        {"/uvicorn/", Stack::python},      {"/litellm/", Stack::python},
    {"/typescript-sdk/", Stack::node}, {"/vercel/", Stack::node},         {"/java-sdk/", Stack::jvm},
    {"/csharp-sdk/", Stack::dotnet},   {"/mark3labs/mcp-go/", Stack::go}, {"/go-sdk/", Stack::go},
    {"/rust-sdk/", Stack::rust},       {"/php-sdk/", Stack::php},         {"/ruby-sdk/", Stack::ruby},
    {"/kotlin-sdk/", Stack::jvm},
};

constexpr StackSign kInLogs[] = {
    {"Traceback (most recent call last)", Stack::python},
    {"ASGI", Stack::python},
    {"StreamableHTTP session manager", Stack::python},
    {"node:internal/", Stack::node},
    {"    at Object.<anonymous>", Stack::node},
    {"node_modules/", Stack::node},
    {"Exception in thread \"", Stack::jvm},
    {"\tat org.springframework.", Stack::jvm},
    {"\tat java.base/", Stack::jvm},
    {"Unhandled exception. System.", Stack::dotnet},
    {"   at Microsoft.AspNetCore.", Stack::dotnet},
    {"goroutine 1 [", Stack::go},
    {"http: panic serving", Stack::go},
    {"' panicked at ", Stack::rust},
    {"PHP Fatal error:", Stack::php},
    {"PHP Warning:", Stack::php},
    {".rb:", Stack::ruby},
};

constexpr StackSign kPrograms[] = {
    {"python", Stack::python},   {"python3", Stack::python}, {"uv", Stack::python},    {"uvx", Stack::python},
    {"uvicorn", Stack::python},  {"fastmcp", Stack::python}, {"pipx", Stack::python},  {"hypercorn", Stack::python},
    {"gunicorn", Stack::python}, {"poetry", Stack::python},  {"node", Stack::node},    {"npx", Stack::node},
    {"npm", Stack::node},        {"pnpm", Stack::node},      {"yarn", Stack::node},    {"tsx", Stack::node},
    {"bun", Stack::node},        {"bunx", Stack::node},      {"deno", Stack::node},    {"java", Stack::jvm},
    {"jbang", Stack::jvm},       {"dotnet", Stack::dotnet},  {"dnx", Stack::dotnet},   {"go", Stack::go},
    {"cargo", Stack::rust},      {"php", Stack::php},        {"composer", Stack::php}, {"ruby", Stack::ruby},
    {"bundle", Stack::ruby},     {"rails", Stack::ruby},
};

Stack first_in(std::string_view text, const StackSign* begin, const StackSign* end) {
  const auto found = std::find_if(begin, end, [&](const StackSign& sign) { return text.find(sign.text) != text.npos; });
  return found == end ? Stack::unknown : found->stack;
}

}  // namespace

std::string_view to_string(Stack stack) { return kStackNames[static_cast<std::size_t>(stack)]; }

Stack stack_of_link(std::string_view url) { return first_in(url, std::begin(kInLinks), std::end(kInLinks)); }

Stack stack_of_log(std::string_view log) { return first_in(log, std::begin(kInLogs), std::end(kInLogs)); }

Stack stack_of_command(const std::vector<std::string>& command) {
  if (command.empty()) return Stack::unknown;
  const std::string& program = command.front();
  std::string name = program.substr(program.rfind('/') + 1);
  if (name.starts_with("python3.")) name = "python3";
  for (const StackSign& each : kPrograms)
    if (name == each.text) return each.stack;
  return Stack::unknown;
}

}  // namespace mcplumb
