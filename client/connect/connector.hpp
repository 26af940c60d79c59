// From a target to an open session: finds out how the server is spoken to.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/connect/served_program.hpp"
#include "client/connect/target.hpp"
#include "client/http/http_client.hpp"
#include "client/session/session.hpp"
#include "client/transport/tool_headers.hpp"

namespace mcplumb {

// A transport and the session on it; the session goes first.
struct Link {
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Session> session;
};

// What all requests of a session say in place of the target's Authorization; empty = nothing, absent = what the target
// says.
using Authorization = std::optional<std::string>;

struct ConnectOptions {
  bool stay_before_initialized = false;
  Authorization authorization;
};

// What became of one connect(): every attempt, in order. The exchanges of all of them are in the trace.
struct Connected {
  std::string problem;         // the server of --serve could not be started: why; then there is no attempt
  std::vector<Link> attempts;  // else never empty
  std::size_t shown = 0;  // the open session, or the attempt whose failure tells why there is none: the first, unless
                          // a later one found out what the server speaks
  bool open() const { return problem.empty() && attempts[shown].session->opening().problem.empty(); }
  Link& result() { return attempts[shown]; }
};

// Makes connections to one target, and remembers what the first of them found out.
class Connector {
 public:
  // Client and target must outlive the connector, the connector must not.
  Connector(HttpClient& http, const Target& target);

  // Starts the server if target.serve names one, and waits until it answers. Later calls do nothing. Why it could not
  // be done, one sentence; empty = done.
  std::string start();
  void stop();  // stops that server; runs the loop. The destructor kills it

  // Absent: not known yet.
  std::optional<TransportKind> transport() const { return transport_; }
  Era era() const { return era_; }  // that connect() found out; unknown = it did not
  // A transport that was not opened yet. Where none is known it is Streamable HTTP.
  std::unique_ptr<Transport> make(const std::string& label);

  // Opens a session, after start(); runs the loop until that is decided. As long as the transport is not known,
  // Streamable HTTP is tried first; where it is refused as an older server would refuse it (any 4xx that asks for no
  // authorization), HTTP+SSE comes second, and a first event `endpoint` decides for it. An error of the server itself,
  // HTML or a redirect is no reason to try anything else.
  // https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#backwards-compatibility
  //
  // Session options that leave the era unknown let the first session find it out (Session::open); later ones have it.
  // A program that did not survive server/discover, or refuses initialize after it, is started once more for initialize
  // alone; one that was sent both before it answered anything, for what its era is.
  Connected connect(SessionOptions session, RequestOptions request, const ConnectOptions& how = {});

 private:
  std::unique_ptr<Transport> make(TransportKind transport, const std::string& label,
                                  const Authorization& authorization);
  Link attempt(TransportKind transport, const SessionOptions& session, const RequestOptions& request,
               const ConnectOptions& how);
  bool may_be_older(const Link& refused) const;
  bool is_spoiled(const Link& first);
  bool may_have_stumbled(const Link& refused) const;
  void note_silence(const Link& failed);
  void settle_era(SessionOptions& session, TransportKind transport) const;
  Headers headers(const Authorization& authorization) const;

  HttpClient& http_;
  const Target& target_;
  std::optional<TransportKind> transport_;
  Era era_ = Era::unknown;
  bool silent_ = false;  // the last program said nothing within its time
  ToolHeaders tools_;    // learnt by its transports
  std::unique_ptr<ServedProgram> served_;
};

}  // namespace mcplumb
