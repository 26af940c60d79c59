#include "cli/output/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include "cli/input/known_secrets.hpp"
#include "cli/output/written.hpp"
#include "client/text/printable.hpp"

namespace mcplumb::cli {
namespace {

// Length of an escape sequence of our own at the start: colours ("\x1b[1;31m") and erasing ("\x1b[K").
std::size_t own_sequence(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end != text.npos && (text[end] == 'm' || (text[end] == 'K' && end == 2)) ? end + 1 : 0;
}

struct Losses {
  bool any = false, of_stdout = false;
};

Losses& losses() {
  static Losses all;
  return all;
}

bool to_stdout(std::string_view bytes) {
  if (losses().of_stdout) return false;
  const int error = write_all(STDOUT_FILENO, bytes);
  if (error == 0) return true;
  losses().of_stdout = true;
  tell_lost(error == EPIPE ? "stdout was closed before all of it was written"
                           : std::string("stdout could not be written: ") + std::strerror(error));
  return false;
}

}  // namespace

std::string presentable(std::string_view text) {
  const std::string hidden = known_secrets().hide(text);
  std::string out;
  out.reserve(hidden.size());
  for (std::string_view rest = hidden;;) {
    const std::string_view plain = plain_start(rest);
    out += plain;
    rest.remove_prefix(plain.size());
    if (rest.empty()) return out;
    if (const std::size_t length = own_sequence(rest); length > 0) {
      out += rest.substr(0, length);
      rest.remove_prefix(length);
      continue;
    }
    const CodePoint next = first_code_point(rest);
    const bool is_layout = next.bytes == "\n" || next.bytes == "\t" || next.bytes == "\r";
    out += is_layout ? std::string(next.bytes) : printable(next);
    rest.remove_prefix(next.bytes.size());
  }
}

bool print_bytes(const std::string& bytes) { return to_stdout(bytes); }
bool print(const std::string& text) { return to_stdout(presentable(text)); }
void complain(const std::string& text) { write_all(STDERR_FILENO, presentable(text)); }

void tell_lost(const std::string& what) {
  constexpr std::string_view kPrefix = "mcplumb: error: ";
  losses().any = true;
  complain((what.starts_with(kPrefix) ? "" : std::string(kPrefix)) + what + "\n");
}

bool output_lost() { return losses().any; }

bool use_color(const std::string& wish, int fd) {
  if (wish != "auto") return wish == "always";
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE")) return true;
  const char* terminal = std::getenv("TERM");
  return isatty(fd) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

int terminal_width(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int width = columns != nullptr ? std::atoi(columns) : 0;
  return width >= 20 && width <= 1000 ? width : 80;
}

std::string now_rfc3339() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace mcplumb::cli
