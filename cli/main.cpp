#include "cli/flags/command_line.hpp"

int main(int argc, char** argv) { return mcplumb::cli::run(argc, argv); }
