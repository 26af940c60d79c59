#include "conformance/probes/observation_writer.hpp"

#include <cmath>

#include "client/text/wording.hpp"
#include "conformance/probes/process_usage.hpp"

namespace mcplumb {

void ObservationWriter::idle(long group, Micros window) {
  const Micros begun = loop_.now();
  const CpuMeter cpu(loop_, group);
  loop_.run_until([] { return false; }, begun + window);
  const std::optional<double> cores = cpu.cores();
  if (!cores || !go_on()) return;
  facts_of_process().idle_cpu = cores;
  facts_of_process().idle_window = loop_.now() - begun;
  amount("cost.idle-cpu", "processor time while idle", std::to_string(std::lround(*cores * 100)) + " %", *cores,
         "share");
  const double memory = usage_of_group(group).memory_bytes;
  amount("cost.memory", "resident memory after all checks",
         std::to_string(static_cast<long>(memory / 1048576)) + " MiB", memory, "bytes");
}

void ObservationWriter::start_cost(Micros span) {
  facts_of_process().ready_after = span;
  amount("cost.start", "time from start to the first answer", seconds_text(span),
         static_cast<double>(span) / kMillisecond, "ms");
}

void ObservationWriter::end_cost(const ProcessRecord& process, Micros since) {
  const Micros span = process.ended - since;
  amount("exit.time", "time from being told to end to the end", seconds_text(span),
         static_cast<double>(span) / kMillisecond, "ms");
  word("exit.status", "how it ended", ending_of(process));
}

}  // namespace mcplumb
