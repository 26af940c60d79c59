// How HTTP connections are made.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/clock.hpp"

namespace mcplumb {

// Empty = libcurl's default, except that there is no proxy unless one is named.
struct ConnectionOptions {
  std::string proxy;               // "http://proxy:3128"
  std::string ca_file;             // PEM bundle instead of the system's
  std::string client_certificate;  // PEM file
  std::string client_key;
  std::string unix_socket;           // path; the URL's host is then only a name
  std::vector<std::string> resolve;  // "host:port:address"
  bool insecure = false;             // accept any certificate
  bool http2 = false;                // offer HTTP/2 by ALPN
  Micros connect_deadline = 10 * kSecond;
  std::size_t message_max = 4 * 1024 * 1024;  // bytes of one message that is taken, over any transport
  // Spans, for every reply that is waited for (that is, of a POST); kNever = only the deadlines of the request count.
  Micros headers_deadline = kNever;     // from the request to the end of the reply's headers
  Micros first_byte_deadline = kNever;  // from there to the first byte of its body
  Micros idle_deadline = kNever;        // between two bytes of it
};

}  // namespace mcplumb
