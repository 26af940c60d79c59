// One difference between two runs, and what it means for those who use the server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcplumb {

enum class Effect {
  broken,   // something that worked does not any more
  changed,  // it works another way: read it before you upgrade
  better,   // something that did not work does
  safe,     // more is offered, nothing is taken away
  wording,  // only texts for people differ
};
std::string_view to_string(Effect effect);
std::optional<Effect> effect_from(std::string_view text);

enum class Area { verdicts, surface, behaviour, cost, log };
std::string_view to_string(Area area);
std::optional<Area> area_from(std::string_view text);

struct Change {
  std::string id;  // a path: "surface.tools.echo.arguments.lang", what `tolerate:` names by globs
  Area area = Area::behaviour;
  Effect effect = Effect::changed;
  std::string what;                            // one sentence
  std::string before, after;                   // in words, perhaps empty
  std::string tolerated;                       // why it is tolerated; empty = it is not
  std::optional<std::size_t> exchange;         // evidence in the run after
  std::optional<std::size_t> exchange_before;  // evidence in the run before
  bool counts(Effect wanted) const { return tolerated.empty() && effect == wanted; }
};
using Changes = std::vector<Change>;

}  // namespace mcplumb
