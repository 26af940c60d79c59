// What the command line asks for, one struct a command. Filled by CLI11 in cli/flags/command_line.cpp, read by the
// commands.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/engine/exercise_options.hpp"

namespace mcplumb::cli {

// Which server, and how to reach it. Durations are text as it was typed.
struct TargetOptions {
  std::string url;
  std::vector<std::string> command;  // behind `--`: a stdio server to start
  std::string serve;                 // a shell command that serves `url`
  std::string config_file, server;   // an entry of a client's configuration file
  std::string transport = "auto";
  std::string directory;  // where a server is started

  std::vector<std::string> headers;  // "Name: value", "Name=@env:VARIABLE", "Name=@FILE"
  std::string other_bearer;          // the same, of a second user
  std::string bearer;                // "@env:VARIABLE" or "@FILE"
  std::string ca_file, certificate, key, proxy, unix_socket;
  std::vector<std::string> resolve;
  bool insecure = false, http2 = false;
  std::string max_reply = "4M";

  std::string deadline = "10s", connect_deadline = "10s", start_deadline = "30s", total_deadline = "2m";
  std::string headers_deadline, first_event_deadline, idle_deadline;  // empty: none of their own

  std::string revision, era = "auto";
  bool verbose = false;
  std::string color = "auto";  // auto, always, never
};

// Which reports there shall be besides the one on the terminal, by the flag of their format (reports/formats.hpp).
struct WantedReports {
  std::map<std::string, std::string> files;  // "--json": "run.json", '-' for stdout; empty = not wanted
  std::map<std::string, bool> printed;       // "--annotations": behind the report on the terminal
};

// What is called with made arguments; absent: as ExerciseOptions has it.
struct CalledOptions {
  std::vector<std::string> call_tools, call_resources, call_prompts;  // --tools, --resources, --prompts
  std::vector<std::string> call_not;
  std::optional<std::uint64_t> seed;
  std::optional<std::size_t> calls;
};

struct CheckOptions : TargetOptions, CalledOptions {
  std::vector<std::string> suites, only, skip, tools, resources, prompts, accept;
  std::vector<std::string> expect;  // budgets
  WantedReports reports;
  std::string idle_window = "20s";
  std::string baseline_file, lock_file;
  std::string manifest_file;           // what is published about the server
  std::vector<std::string> variables;  // name=value, name=@file, name:=json
  int retries = 0, repeat = 0;
  int jobs = 24;
  bool strict = false, slow = false, list = false, update_baseline = false, fail_fast = false;
  bool matrix = false, until_fail = false, migrate = false;
};

// How a comparison is judged and shown.
struct ComparisonOptions {
  WantedReports reports;
  std::vector<std::string> accept, expect;
  std::string color = "auto";
  bool strict = false, verbose = false;
};

struct ComparisonFiles : ComparisonOptions {
  std::string before_file, after_file;
};

struct GateOptions : ComparisonOptions, CalledOptions {
  std::string file, work = ".mcplumb";
  std::string max_reply = "4M";
  bool no_prepare = false, quiet = false;
};

struct BisectOptions : GateOptions {
  std::string package, good, bad, index = "pip";
  std::vector<std::string> versions;
};

struct LockOptions : TargetOptions {
  std::string out_file, lock_file;
  WantedReports reports;
  bool strict = false;
};

// The words are the target's URL, unless the server is named otherwise, and then what the command is about.
struct ServerOptions : TargetOptions {
  std::string first, second;
  std::vector<std::string> rest;
  bool json = false;
};

struct CallOptions : ServerOptions {
  std::string log_level;
  bool no_validate = false, task = false;
};

struct ReadOptions : ServerOptions {
  std::string output;
};

struct InitOptions : ServerOptions {
  std::string output = "mcplumb.yaml";
  bool force = false;
};

struct ChecksOptions {
  bool json = false, shapes = false;
  std::vector<std::string> suites, catalogues;
};

struct ExplainOptions {
  std::string id;
  std::vector<std::string> suites;
};

struct ConformanceClientOptions {
  std::string url;
};

struct ReportOptions {
  std::string run_file, color = "auto";
  WantedReports reports;
  bool verbose = false;
};

}  // namespace mcplumb::cli
