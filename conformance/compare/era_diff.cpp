#include "conformance/compare/era_diff.hpp"

#include <algorithm>
#include <optional>

#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

using Found = RevisionLook::Found;

const EraPart* part_of(const std::vector<EraPart>& parts, Era era) {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const EraPart& each) { return era_of(each.revision) == era; });
  return found == parts.end() ? nullptr : &*found;
}

// An era in which no session could be opened holds the verdicts of the other one.
std::vector<EraPart> parts_of(const Run& run) {
  std::vector<EraPart> parts = eras_of(run);
  if (parts.size() > 1)
    for (EraPart& part : parts)
      if (!part.run.handshake_problem.empty()) part.run.outcomes.clear();
  return parts;
}

std::string clients_of(Era era) {
  return era == Era::stateless
             ? "of revision " + std::string(kStatelessRevision)
             : "that begin with initialize (revisions up to " + std::string(kNewestHandshakeRevision) + ")";
}

Change revision_change(const std::string& id, Effect effect, std::string what, std::string before, std::string after) {
  Change change;
  change.id = "verdicts." + id;
  change.area = Area::verdicts;
  change.effect = effect;
  change.what = std::move(what);
  change.before = std::move(before);
  change.after = std::move(after);
  return change;
}

const RevisionLook* look_for(const Run& run, std::string_view revision) {
  const auto found = std::find_if(run.revisions.begin(), run.revisions.end(),
                                  [&](const RevisionLook& each) { return each.revision == revision; });
  return found == run.revisions.end() ? nullptr : &*found;
}

class EraDiff {
 public:
  EraDiff(const Run& before, const Run& after, const ComparePart& compare)
      : before_(before), after_(after), was_(parts_of(before)), is_(parts_of(after)), compare_(compare) {}

  Changes run() {
    if (!are_open() || are_strangers()) {
      changes_ = compare_(was_.front().run, is_.front().run);
      return std::move(changes_);
    }
    for (const EraPart& part : was_) part_of_both(era_of(part.revision));
    name_revisions();
    for (const Era era : {Era::stateful, Era::stateless}) lonely(era);
    revisions();
    return std::move(changes_);
  }

 private:
  bool are_open() const { return before_.handshake_problem.empty() && after_.handshake_problem.empty(); }

  // One era each, and not the same, because nobody asked for the other one: what can be compared is compared.
  bool are_strangers() const {
    if (was_.size() > 1 || is_.size() > 1) return false;
    const Era was = era_of(was_.front().revision), is = era_of(is_.front().revision);
    return was != is && !looked_for(after_, was) && !looked_for(before_, is);
  }

  // Unless it is told not to, a run asks for the newest revision of both, and says so of what it did not get.
  static bool looked_for(const Run& run, Era era) {
    return look_for(run, era == Era::stateless ? kStatelessRevision : kNewestHandshakeRevision) != nullptr;
  }

  // What is the same in both eras is said once.
  void part_of_both(Era era) {
    const EraPart *was = part_of(was_, era), *is = part_of(is_, era);
    if (was == nullptr || is == nullptr) return;
    ++compared_;
    for (Change& change : compare_(was->run, is->run)) {
      const auto twin = std::find_if(changes_.begin(), changes_.end(), [&](const Change& each) {
        return each.id == change.id && each.effect == change.effect;
      });
      if (twin != changes_.end()) {
        only_in_[static_cast<std::size_t>(twin - changes_.begin())].clear();
        continue;
      }
      changes_.push_back(std::move(change));
      only_in_.push_back(was->revision);
    }
  }

  void name_revisions() {
    for (std::size_t i = 0; i < changes_.size() && compared_ > 1; ++i)
      if (!only_in_[i].empty()) changes_[i].what += " (in revision " + only_in_[i] + ")";
  }

  // An era that one of the two runs judged alone. Where the other did not ask for it, it is not known.
  void lonely(Era era) {
    const EraPart *was = part_of(was_, era), *is = part_of(is_, era);
    const std::string id = std::string("era-") + (era == Era::stateless ? "stateless" : "stateful");
    if (was == nullptr && is != nullptr && is->run.handshake_problem.empty() && looked_for(before_, era))
      changes_.push_back(
          revision_change(id, Effect::safe, "clients " + clients_of(era) + " are served, too", "", is->revision));
    if (was == nullptr || is != nullptr || !was->run.handshake_problem.empty() || !looked_for(after_, era)) return;
    const RevisionLook* look = look_for(after_, was->revision);
    changes_.push_back(revision_change(id, Effect::broken, "clients " + clients_of(era) + " are not served any more",
                                       was->revision, look == nullptr ? "" : shortened(look->problem, 300)));
  }

  // Whether a run speaks a revision; absent: it does not say.
  static std::optional<bool> speaks(const Run& run, std::string_view revision) {
    const auto is = [&](const std::optional<ServerFacts>& server) { return server && server->revision == revision; };
    if (is(run.server) || (run.other_era && is(run.other_era->server))) return true;
    const RevisionLook* look = look_for(run, revision);
    if (look == nullptr || look->found == Found::unknown) return std::nullopt;
    return look->found == Found::spoken;
  }

  void revisions() {
    if (before_.interrupted || after_.interrupted) return;
    for (const std::string_view revision : published_revisions()) {
      const Era era = era_of(revision);
      const EraPart* is = part_of(is_, era);
      if (part_of(was_, era) == nullptr || is == nullptr || !is->run.handshake_problem.empty()) continue;
      const std::optional<bool> spoke = speaks(before_, revision), speaks_now = speaks(after_, revision);
      if (!spoke || !speaks_now || *spoke == *speaks_now) continue;
      const std::string name(revision);
      const auto words = [&](const Run& run, bool spoken) {
        const RevisionLook* look = look_for(run, revision);
        return spoken || look == nullptr ? "spoken" : shortened(look->problem, 300);
      };
      changes_.push_back(revision_change("revisions." + name, *spoke ? Effect::broken : Effect::safe,
                                         "revision " + name + (*spoke ? " is not served any more" : " is served, too"),
                                         words(before_, *spoke), words(after_, *speaks_now)));
    }
  }

  const Run &before_, &after_;
  const std::vector<EraPart> was_, is_;
  const ComparePart& compare_;
  Changes changes_;
  std::vector<std::string> only_in_;  // for each change of an era: its revision; empty if it is of both
  int compared_ = 0;
};

}  // namespace

Changes compare_eras(const Run& before, const Run& after, const ComparePart& compare) {
  return EraDiff(before, after, compare).run();
}

}  // namespace mcplumb
