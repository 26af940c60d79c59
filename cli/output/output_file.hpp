// A file that a command writes at its end: the one way to a file.
#pragma once

#include <optional>
#include <string>

#include "cli/input/claimed_files.hpp"
#include "cli/input/usage.hpp"

namespace mcplumb::cli {

// Looked at before the run, so that a path that cannot be written is known before it and not after it; written after
// the run.
//
// A file is replaced in one step; where the path is a link, the file it leads to. What is no file (a device, a pipe), a
// file with several names, one of somebody else, and one in a folder that takes no new names are written in place. '-'
// is stdout, and so is /dev/stdout; /dev/fd/N is what whoever started us opened there.
class OutputFile {
 public:
  enum class Replaces { no_input, anything };  // a file that the command reads is to be kept, or brought up to date
  // Throws UsageError: it cannot be written, it is a folder, another OutputFile is the same, or it is an input. An
  // empty path makes an OutputFile that writes nothing.
  OutputFile(std::string path, const std::string& option, Replaces replaces = Replaces::no_input);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  // False: the disk or a reader refused; it was told on stderr and noted (output_lost in terminal.hpp). Nothing secret
  // is written (known_secrets); bytes that a server gave out go as they are.
  bool write(const std::string& text);
  bool write_bytes(const std::string& bytes);
  bool wanted() const { return !path_.empty(); }
  bool is_stdout() const { return path_ == "-"; }

 private:
  void look();
  void look_at_file(int fd);
  void look_at_name();
  void refuse_screen() const;
  void refuse_doubles() const;
  int write_now(const std::string& bytes);  // each of them returns an errno; 0 = done
  int replace(const std::string& bytes) const;
  int write_in_place(const std::string& bytes);
  [[noreturn]] void refuse(int error, const std::string& cure) const;
  [[noreturn]] void refuse(const std::string& why, const std::string& cure) const;

  std::string path_, option_;
  std::string target_;    // the file that is replaced; empty: what is there is written in place
  bool is_pipe_ = false;  // with a name; its reader may come later
  int fd_ = -1;           // what is written in place
  std::string place_;     // the folder and the name in it, however it was spelled
  std::string inode_;     // what is there already; empty: nothing, or something that any number may write to
  unsigned mode_ = 0;     // of the file that is replaced; 0 = there is none
  unsigned owner_ = 0, group_ = 0;
  std::optional<ClaimedOutput> claimed_;
};

// A file that is looked at and written in one go, in the middle of a run: never throws. False, as above.
bool write_file(const std::string& path, const std::string& option, const std::string& text);

}  // namespace mcplumb::cli
