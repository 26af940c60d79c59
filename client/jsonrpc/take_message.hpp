// How the text of a message becomes one that is kept (client/kept_message.hpp).
#pragma once

#include <string>
#include <string_view>

#include "client/kept_message.hpp"

namespace mcplumb {

struct TakenMessage {
  KeptMessage value;
  std::string problem;   // why it is no acceptable JSON text; empty = fine
  std::string overflow;  // the bound of ours that it does not fit in; empty = it does
};
// `text_max` is how long the text of a message may be: more is kept where that is raised.
TakenMessage take_message(MessageStore& store, std::string_view text, std::size_t text_max);

// Why nothing more fits.
std::string overflow_of(const MessageStore& store);

// Where the value of the top-level member `id` stands in a JSON object; npos: there is none, or more than one.
struct TextRange {
  std::size_t begin = std::string_view::npos, end = std::string_view::npos;
};
TextRange range_of_id(std::string_view object);
// {"id": …} of a text that is meant as a response and is no acceptable JSON, so that it is known what it was to answer;
// null if that cannot be made out.
nlohmann::json id_of_broken(std::string_view response);

}  // namespace mcplumb
