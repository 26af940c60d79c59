// Whether a reply is the MCP server's own answer, or that of a layer in front of it or beneath it: a gateway, a sign-in
// page, a router, a rate limiter, the web framework. The one place that decides it; whoever judges, names a cause or
// chooses an exit code asks here.
#pragma once

#include <string>

#include "client/trace.hpp"

namespace mcplumb {

enum class Replier {
  server,         // a JSON-RPC message, an event stream, or what only the server itself can mean
  authorization,  // credentials are missing, refused or not enough (RFC 9110 sections 15.5.2, 15.5.4 and 15.5.8)
  sign_in,        // a page or a redirect for a person with a browser
  challenge,      // a firewall that takes us for a robot
  rate_limit,     // 429 (RFC 6585 section 4)
  gateway,    // it could not reach the server behind it, or did not wait for it (RFC 9110 sections 15.6.3 to 15.6.5)
  router,     // it knows nothing at this path or host
  page,       // an HTML page in the place of an answer
  framework,  // an error page or error object of what the server is built on
};
std::string_view to_string(Replier replier);  // "sign-in"

struct ReplyOrigin {
  Replier who = Replier::server;
  std::string product;        // "nginx"; empty if it is not known
  bool has_message = false;   // the body is, or is meant as, JSON-RPC: its rules hold
  std::string sentence = {};  // "AWS API Gateway did not wait for the server behind it"; empty for the server

  // Whoever it was, it was not the MCP server, and its rules say nothing about this reply.
  bool is_foreign() const { return who != Replier::server && who != Replier::framework; }
};

// Of an exchange that has its reply. Without one, and over other transports than HTTP: the server.
ReplyOrigin reply_origin(const Exchange& exchange);

// The reply's body is an HTML page, by its media type, or by its first bytes where it has none.
bool is_html(const Exchange& exchange);

}  // namespace mcplumb
