// What gate and bisect share: reading the gate file, and running an environment with its run kept in a file.
#pragma once

#include "cli/input/options.hpp"
#include "cli/input/usage.hpp"
#include "client/log.hpp"
#include "conformance/gate/gate_runner.hpp"

namespace mcplumb::cli {

// With what the flags add to it. Throws UsageError with every mistake found in it.
GateFile load_gate(const GateOptions& options);
// The budgets that stand in suites become the gate's.
std::vector<Suite> load_gate_suites(GateFile& gate, const std::string& path);

class GateWorkspace {
 public:
  // All references must outlive it.
  GateWorkspace(const GateFile& gate, const GateOptions& options, const std::vector<Suite>& suites, EventLoop& loop,
                Log& log);
  // Runs it and writes its run to run_file().
  EnvironmentResult run(const GateEnvironment& environment);
  // What broke in `after` is tried again in both (confirm.hpp); what came of it is in their run files, too.
  void confirm(const GateEnvironment& before, EnvironmentResult& was, const GateEnvironment& after,
               EnvironmentResult& is);
  std::string run_file(const GateEnvironment& environment) const;
  const GatePlace& place() const { return place_; }

 private:
  void show(const std::string& line);
  void keep(const GateEnvironment& environment, const Run& run) const;

  const GateFile& gate_;
  const std::vector<Suite>& suites_;
  EventLoop& loop_;
  Log& log_;
  GatePlace place_;
  std::vector<std::string> accepted_;
  bool show_progress_;
};

}  // namespace mcplumb::cli
