// The commands of the program.
#pragma once

#include "cli/input/options.hpp"

namespace mcplumb::cli {

// One function a command, each in a file of its own. They may throw UsageError and std::runtime_error.
int check_command(const CheckOptions& options);
int exercise_command(const CheckOptions& options);
int probe_command(const CheckOptions& options);
int call_command(const CallOptions& options);
int list_command(const ServerOptions& options);
int read_command(const ReadOptions& options);
int prompt_command(const ServerOptions& options);
int healthz_command(const ServerOptions& options);
int init_command(const InitOptions& options);
int conformance_client_command(const ConformanceClientOptions& options);
int checks_command(const ChecksOptions& options);
int explain_command(const ExplainOptions& options);
int report_command(const ReportOptions& options);
int compare_command(const ComparisonFiles& options);
int gate_command(const GateOptions& options);
int bisect_command(const BisectOptions& options);
int lock_command(const LockOptions& options);

}  // namespace mcplumb::cli
