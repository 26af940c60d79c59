// The terminal: what is printed, how wide it is, and whether it shows colours.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb::cli {

// The two ways out to a person: to stdout and to stderr, all of it. Nothing secret goes there (known_secrets), and
// nothing that could act on a terminal, but for our own colours and the erasing of a progress line.
void print(const std::string& text);
void complain(const std::string& text);      // `text` ends its line itself
void print_bytes(const std::string& bytes);  // to stdout, as they are: what a server gave out, for another program
std::string presentable(std::string_view text);

bool use_color(const std::string& wish, int fd);
int terminal_width(int fd);  // 80 when unknown
std::string now_rfc3339();

}  // namespace mcplumb::cli
