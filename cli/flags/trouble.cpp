#include "cli/flags/trouble.hpp"

#include <filesystem>
#include <new>
#include <system_error>

#include "client/machine.hpp"

namespace mcplumb::cli {
namespace {

constexpr const char* kLess = "do less at once: --jobs 1, --only GLOB, a smaller --max-reply";

std::string cure_of(const std::error_code& code) {
  if (code == std::errc::too_many_files_open || code == std::errc::too_many_files_open_in_system)
    return "; " + std::string(kMoreFiles);
  if (code == std::errc::not_enough_memory)
    return std::string("; allow more (ulimit -v, the container's limit), or ") + kLess;
  if (code == std::errc::resource_unavailable_try_again)
    return "; allow more processes (ulimit -u, the container's limit), or use --jobs 1";
  return "";
}

}  // namespace

Trouble trouble_of(const std::exception& problem) {
  if (dynamic_cast<const std::bad_alloc*>(&problem) != nullptr)
    return {kNothingJudged,
            std::string("out of memory, so there is no verdict; allow more (ulimit -v, the container's limit), or ") +
                kLess};
  const auto* system = dynamic_cast<const std::system_error*>(&problem);
  const bool is_file = dynamic_cast<const std::filesystem::filesystem_error*>(&problem) != nullptr;
  if (system == nullptr || is_file) return {kUsage, problem.what()};
  return {kNothingJudged,
          "the machine refused, so there is no verdict: " + std::string(problem.what()) + cure_of(system->code())};
}

}  // namespace mcplumb::cli
