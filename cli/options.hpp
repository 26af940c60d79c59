// What the command line asks for, one struct a command. Filled by CLI11 in cli/command_line.cpp, read by the commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mcplumb::cli {

struct TargetOptions {
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string revision;
  std::string deadline = "10s";
  bool verbose = false;
  std::string color = "auto";  // auto, always, never
};

struct CheckOptions : TargetOptions {
  std::vector<std::string> suites, only, skip, tools, resources, prompts;
  std::string json_file, junit_file;
  std::string idle_window = "20s", total_deadline = "10m";
  bool strict = false, slow = false, list = false;
};

// Where a comparison goes, besides the terminal.
struct ComparisonOutputOptions {
  std::string json_file, junit_file, markdown_file, color = "auto";
  bool annotations = false, strict = false, verbose = false;
};

struct ComparisonFiles : ComparisonOutputOptions {
  std::string before_file, after_file;
};

struct GateOptions : ComparisonOutputOptions {
  std::string file, work = ".mcplumb";
  bool no_prepare = false, quiet = false;
};

struct BisectOptions : GateOptions {
  std::string package, good, bad, index = "pip";
  std::vector<std::string> versions;
};

struct LockOptions : TargetOptions {
  std::string out_file, lock_file;
  ComparisonOutputOptions output;
};

struct ChecksOptions {
  bool json = false;
  std::vector<std::string> suites;
};

struct ExplainOptions {
  std::string id;
  std::vector<std::string> suites;
};

struct ReportOptions {
  std::string run_file, json_file, junit_file, color = "auto";
  bool verbose = false;
};

}  // namespace mcplumb::cli
