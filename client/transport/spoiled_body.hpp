// Bodies that a layer beneath the messages has spoiled: compressed unasked, in another encoding than UTF-8, or cut by a
// Content-Length that is too small.
#pragma once

#include <string>

#include "client/trace.hpp"

namespace mcplumb {

// It is compressed, by its header or by its first bytes, although the request named no coding that it takes.
bool is_compressed_unasked(const Exchange& exchange);
std::string compression_sentence(const Exchange& exchange);

// The JSON ends where Content-Length says, too early by as many bytes as it would be if that counted characters.
bool counts_characters(const Exchange& exchange);

// What the bytes are where JSON was promised, a body or an event: "it is UTF-16, where JSON has to be UTF-8"; empty if
// they are text in UTF-8, or nothing that can be named.
std::string foreign_bytes(const Exchange& exchange);

// What made a JSON body or an event unreadable, to be read after what is wrong with it; empty if that is not known.
std::string why_broken(const Exchange& exchange);

}  // namespace mcplumb
