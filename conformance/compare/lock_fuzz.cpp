// A surface lock from anybody: it is refused with a place, or it can be written and read again, and differs from itself
// in nothing.
#include "client/jsonrpc/message.hpp"
#include "conformance/compare/compare.hpp"
#include "conformance/compare/lock.hpp"
#include "tests/fuzz.hpp"

MCPLUMB_FUZZER(lock_fuzz) {
  using namespace mcplumb;
  const std::vector<std::string_view> parts = fuzz::parts(input);
  const auto value = parse_json(parts[0], {}, nullptr);
  if (!value) return;
  const Result<Run> run = run_from_lock(*value);
  if (!run)
    return fuzz::require(!run.error().what.empty() && run.error().where.starts_with('/'), "a mistake has a place");
  const nlohmann::json lock = lock_of(*run);
  const Result<Run> again = run_from_lock(lock);
  fuzz::require(again && lock_of(*again) == lock, "a lock that is written and read again is the same", lock.dump());
  const Comparison none = compare_runs(*run, *again);
  fuzz::require(none.changes.empty(), "a surface does not differ from itself",
                none.changes.empty() ? "" : none.changes.front().id);
  if (parts.size() < 2) return;
  const auto other_value = parse_json(parts[1], {}, nullptr);
  const Result<Run> other = other_value ? run_from_lock(*other_value) : failure("none");
  if (!other) return;
  const Comparison there = compare_runs(*run, *other);
  const Comparison back = compare_runs(*other, *run);
  const Comparison& only = there.changes.empty() ? back : there;
  fuzz::require(there.changes.empty() == back.changes.empty(), "what differs does so from both sides",
                only.changes.empty() ? "" : only.changes.front().id);
  for (const Change& change : there.changes) fuzz::require(!change.id.empty() && !change.what.empty(), "it has words");
}
