#include "conformance/probes/process_usage.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace mcplumb {
namespace {

// proc(5): the fields behind the command's name, which may hold anything; the first of them is the state.
std::vector<std::string> stat_fields(const std::filesystem::path& folder) {
  std::ifstream in(folder / "stat");
  std::string line;
  std::getline(in, line);
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream rest(line.substr(end + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

double number(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

enum Field { kState = 0, kParent = 1, kGroup = 2, kUser = 11, kSystem = 12, kThreads = 17, kResident = 21 };

struct Member {
  long pid;
  std::filesystem::path folder;  // in /proc
  std::vector<std::string> fields;
};

std::vector<Member> all_processes() {
  std::vector<Member> all;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::vector<std::string> fields = stat_fields(entry.path());
    if (fields.size() <= kResident || fields[kState] == "Z") continue;
    all.push_back({std::stol(name), entry.path(), std::move(fields)});
  }
  return all;
}

std::vector<Member> members_of(long group) {
  std::vector<Member> members = all_processes();
  const std::string name = std::to_string(group);
  std::erase_if(members, [&](const Member& each) { return each.fields[kGroup] != name; });
  return members;
}

// With what they started, and that did.
std::vector<Member> tree_of(long group) {
  const std::vector<Member> all = all_processes();
  const std::string name = std::to_string(group);
  std::set<std::string> known;  // pids
  std::vector<Member> members;
  for (bool more = true; more;) {
    more = false;
    for (const Member& each : all) {
      const std::string pid = std::to_string(each.pid);
      if (known.count(pid) != 0 || (each.fields[kGroup] != name && known.count(each.fields[kParent]) == 0)) continue;
      known.insert(pid);
      members.push_back(each);
      more = true;
    }
  }
  return members;
}

// sched-stats in the kernel's documentation: the time spent on a core and the time spent ready to run, in nanoseconds.
void add_schedule(ProcessUsage& usage, const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& task : std::filesystem::directory_iterator(folder / "task", ignored)) {
    std::ifstream in(task.path() / "schedstat");
    double ran = 0, waited = 0;
    if (!(in >> ran >> waited)) continue;
    usage.run_seconds += ran / 1e9;
    usage.wait_seconds += waited / 1e9;
  }
}

// Not readable: the program runs as somebody else.
double descriptors_in(const std::filesystem::path& folder) {
  std::error_code ignored;
  const std::filesystem::directory_iterator open(folder / "fd", ignored);
  return static_cast<double>(std::distance(begin(open), end(open)));
}

ProcessUsage usage_of(const std::vector<Member>& members) {
  ProcessUsage usage;
  for (const Member& member : members) {
    ++usage.processes;
    usage.cpu_seconds +=
        (number(member.fields[kUser]) + number(member.fields[kSystem])) / static_cast<double>(sysconf(_SC_CLK_TCK));
    add_schedule(usage, member.folder);
    usage.memory_bytes += number(member.fields[kResident]) * static_cast<double>(sysconf(_SC_PAGESIZE));
    usage.descriptors += descriptors_in(member.folder);
    usage.threads += static_cast<int>(number(member.fields[kThreads]));
  }
  return usage;
}

// Ours, which runs a command and waits for it, and has not become that command.
bool is_waiting_shell(long pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
  std::string word;
  return std::getline(in, word, '\0') && word == "/bin/sh" && std::getline(in, word, '\0') && word == "-c";
}

}  // namespace

ProcessUsage usage_of_group(long group) { return usage_of(members_of(group)); }
ProcessUsage usage_of_tree(long group) { return usage_of(tree_of(group)); }

CpuMeter::Sample CpuMeter::sample() const {
  constexpr Micros kPrompt = 2 * kMillisecond;
  Sample best;
  Micros least = kNever;
  for (int i = 0; i < 5; ++i) {
    const Micros begun = loop_.now();
    const ProcessUsage usage = group_ > 0 ? usage_of_group(group_) : ProcessUsage{};
    const Micros took = loop_.now() - begun;
    if (least != kNever && took >= least) continue;
    least = took;
    best = {usage, begun + took / 2};
    if (took <= kPrompt) break;
  }
  return best;
}

std::optional<double> CpuMeter::cores() const {
  const Sample now = sample();
  const ProcessUsage &was = before_.usage, &is = now.usage;
  if (is.processes == 0 || was.processes == 0) return std::nullopt;
  const auto span = static_cast<double>(std::max<Micros>(now.at - before_.at, 1));
  // The kernel counts the one in hundredths of a second; of the other, the time of threads that ended is missing.
  const double used = std::max(is.cpu_seconds - was.cpu_seconds, is.run_seconds - was.run_seconds);
  return (used + std::max(is.wait_seconds - was.wait_seconds, 0.0)) * kSecond / span;
}

bool terminate_group(long group) {
  if (group <= 0) return false;
  if (!is_waiting_shell(group)) return kill(-static_cast<pid_t>(group), SIGTERM) == 0;
  bool sent = false;
  for (const Member& member : members_of(group))
    if (member.pid != group) sent = kill(static_cast<pid_t>(member.pid), SIGTERM) == 0 || sent;
  return sent || kill(static_cast<pid_t>(group), SIGTERM) == 0;
}

}  // namespace mcplumb
