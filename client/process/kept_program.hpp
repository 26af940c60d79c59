// A program with a keeper: all that is Linux about starting programs and about ending what they leave behind.
//
// The keeper is a small process between us and the program. Whatever the program starts stays below it (it is a
// subreaper), also what calls setsid or daemon(). When we let go of the keeper, or when we die, by SIGKILL even, it
// kills all of that and ends. When the keeper itself is killed, so is the program; when it is stopped, it is continued
// as soon as the program is to end.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace mcplumb {

struct ProgramStart {
  std::string program;                 // its path
  std::vector<std::string> arguments;  // with its name
  std::vector<std::string> environment;
  std::string directory;           // empty = here
  int input = -1, output, errors;  // what become its stdin, stdout and stderr; input -1: an empty one
};

class KeptProgram {
 public:
  KeptProgram() = default;
  ~KeptProgram() { let_go(); }
  KeptProgram(const KeptProgram&) = delete;
  KeptProgram& operator=(const KeptProgram&) = delete;

  // Starts it, in a process group of its own, with no signal blocked or ignored. An errno; 0 = it runs.
  int start(const ProgramStart& how);

  pid_t pid() const { return pid_; }  // of the program, and its group; taken until let_go(). 0 = none
  int fd() const { return link_; }    // readable when it has ended

  struct Ending {
    int status = 0;
    bool by_signal = false;
  };
  Ending wait();                  // for a moment: it has ended, or KILL was sent
  void signal(int number) const;  // to its group

  // Kills all that is left of it, the program too, and waits for that, but not for ever.
  void let_go();

 private:
  bool is_told() const;

  pid_t pid_ = 0, keeper_ = 0;
  int link_ = -1;  // to the keeper
};

}  // namespace mcplumb
