// Opens a session, lists the tools, and calls one with a text: call_tool URL TOOL [ARGUMENT=TEXT].
#include <cstdio>
#include <mcplumb/client.hpp>
#include <string>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s URL TOOL [ARGUMENT=TEXT]...\n", argv[0]);
    return 2;
  }
  mcplumb::Client client(mcplumb::Target::at(argv[1]));
  if (!client.open()) {
    std::fprintf(stderr, "%s\n", client.problem().what.c_str());
    return 1;
  }
  const auto tools = client.list("tools/list");
  if (tools) std::printf("%zu tools, revision %s\n", tools->size(), client.opening().revision.c_str());

  nlohmann::json arguments = nlohmann::json::object();
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) arguments[word.substr(0, equals)] = word.substr(equals + 1);
  }
  const auto result = client.request("tools/call", {{"name", argv[2]}, {"arguments", arguments}});
  if (!result) {
    std::fprintf(stderr, "%s\n", client.problem().what.c_str());
    return 1;
  }
  std::printf("%s\n", result->dump(2).c_str());
  return 0;
}
