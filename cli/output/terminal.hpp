// The terminal: what is printed, how wide it is, and whether it shows colours.
#pragma once

#include <string>

namespace mcplumb::cli {

void print(const std::string& text);  // to stdout, all of it
bool use_color(const std::string& wish, int fd);
int terminal_width(int fd);  // 80 when unknown
std::string now_rfc3339();

}  // namespace mcplumb::cli
