// When a run sends probes for the diagnosis, and what it concludes in the end. The one place where diagnosis meets the
// runner.
//
// initialize failed: always. Later: always in a probe, where nothing else is asked on purpose; in a check only what the
// trouble that was seen calls for.
#pragma once

#include "conformance/assess/failure_diagnosis.hpp"
#include "conformance/engine/need_probes.hpp"
#include "conformance/probes/diagnosis_probes.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

class RunDiagnosis {
 public:
  // All references must outlive it.
  RunDiagnosis(Run& run, HttpClient& http, NeedProbes& needs, const RunOptions& options)
      : run_(run), http_(http), needs_(needs), options_(options) {}

  void after_handshake();
  // While checks run: what is asked of every server. What does not go well then is asked again after the checks.
  void ask_in_company();
  void after_probe() { after_checks(true, true); }
  void after_checks(bool failed) { after_checks(false, failed); }  // failed: not all was well in them
  void after_a_bad_session();  // asks once more what a probe asks: is the endpoint still alive?
  void conclude();             // the run is complete, but for what is said about it

 private:
  // What the requests of the suite met.
  struct Trouble {
    bool any = false, server_error = false, silent = false;
    const Exchange* failed = nullptr;  // the first one with a server error
  };
  Trouble trouble_seen() const;
  void after_checks(bool probe, bool failed);
  void in_session(OpenSession& session, DiagnosisProbes& probes, bool probe, bool trouble);
  DiagnosisTarget asked() const;
  DiagnosisProbes probes() const;
  void look_for_progress(OpenSession& session);
  bool lacks_progress() const;
  void call_for_progress(OpenSession& session, std::string_view purpose);
  void look_again_at_lateness(OpenSession& session);

  Run& run_;
  HttpClient& http_;
  NeedProbes& needs_;
  const RunOptions& options_;
  bool reopens_ = false, has_preflight_ = false;  // asked, and all is well
};

}  // namespace mcplumb
