// Prints what a server says unasked, for some seconds: watch_stream URL SECONDS.
#include <cstdio>
#include <cstdlib>
#include <mcplumb/client.hpp>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s URL SECONDS\n", argv[0]);
    return 2;
  }
  mcplumb::Client client(mcplumb::Target::at(argv[1]));
  const bool fine = client.open() && client.watch(
                                         [](const nlohmann::json& message) {
                                           std::printf("%s\n", message.dump().c_str());
                                           return true;
                                         },
                                         std::atol(argv[2]) * mcplumb::kSecond);
  if (!fine) {
    std::fprintf(stderr, "%s\n", client.problem().what.c_str());
    return 1;
  }
  std::printf("%zu messages in %zu exchanges\n", client.trace().received.size(), client.trace().exchanges.size());
  return 0;
}
