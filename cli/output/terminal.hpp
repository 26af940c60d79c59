// The terminal: what is printed, how wide it is, and whether it shows colours.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb::cli {

// The two ways out to a person: to stdout and to stderr, all of it. Nothing secret goes there (known_secrets), and
// nothing that could act on a terminal, but for our own colours and the erasing of a progress line.
// False: stdout took not all of it; that was told once, and noted.
bool print(const std::string& text);
void complain(const std::string& text);      // `text` ends its line itself
bool print_bytes(const std::string& bytes);  // to stdout, as they are: what a server gave out, for another program
std::string presentable(std::string_view text);

// Something that was to be written is lost: says so on stderr, and output_lost() holds from then on. A command that
// would have succeeded has not (docs/exit-codes.md).
void tell_lost(const std::string& what);
bool output_lost();

bool use_color(const std::string& wish, int fd);
int terminal_width(int fd);  // 80 when unknown
std::string now_rfc3339();

}  // namespace mcplumb::cli
