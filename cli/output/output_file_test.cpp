// Where a report path leads, and that nothing which stands there is replaced but a file.
#include "cli/output/output_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "cli/input/files.hpp"
#include "cli/output/terminal.hpp"
#include "cmake/left_out.hpp"

using namespace mcplumb::cli;

namespace {

namespace fs = std::filesystem;

struct OutputFolder {
  OutputFolder() : path((fs::temp_directory_path() / "mcplumb-files-XXXXXX").string()) {
    REQUIRE(mkdtemp(path.data()) != nullptr);
  }
  ~OutputFolder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return path + "/" + name; }
  std::string text(const std::string& name) const {
    std::ifstream in(*this / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void put(const std::string& name, const std::string& text) const { std::ofstream(*this / name) << text; }
  struct stat status(const std::string& name) const {
    struct stat found {};
    lstat((*this / name).c_str(), &found);
    return found;
  }
  std::size_t names() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }

  std::string path;
};

std::string why_refused(const std::string& path) {
  try {
    OutputFile file(path, "--json");
  } catch (const UsageError& problem) {
    return problem.what();
  }
  return "";
}

}  // namespace

TEST_CASE("output file: a new file is made at the end, and nothing before it") {
  const OutputFolder folder;
  {
    OutputFile file(folder / "new", "--json");
    CHECK(folder.names() == 0);
    CHECK(file.write("text"));
  }
  CHECK(folder.text("new") == "text");
  CHECK(folder.names() == 1);
}

TEST_CASE("output file: a file is replaced in one step, and keeps its mode") {
  const OutputFolder folder;
  folder.put("old", "a longer text");
  chmod((folder / "old").c_str(), 0640);
  const ino_t before = folder.status("old").st_ino;
  CHECK(OutputFile(folder / "old", "--json").write("text"));
  CHECK(folder.text("old") == "text");
  CHECK(folder.status("old").st_ino != before);
  CHECK((folder.status("old").st_mode & 07777U) == 0640);
  CHECK(folder.names() == 1);
}

TEST_CASE("output file: of a link, and a link to it, the target is written, and the links stay") {
  const OutputFolder folder;
  fs::create_directory(folder / "far");
  folder.put("far/target", "a longer text");
  fs::create_symlink("far/target", folder / "near");
  fs::create_symlink("near", folder / "link");
  CHECK(OutputFile(folder / "link", "--json").write("text"));
  CHECK(folder.text("far/target") == "text");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(fs::is_symlink(folder / "near"));
}

TEST_CASE("output file: a link to nothing stays one until something is written, and then leads to it") {
  const OutputFolder folder;
  fs::create_symlink("target", folder / "link");
  {
    OutputFile file(folder / "link", "--json");
    CHECK_FALSE(fs::exists(folder / "target"));
    CHECK(file.write("text"));
  }
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(folder.text("target") == "text");
}

TEST_CASE("output file: a file with several names keeps them") {
  const OutputFolder folder;
  folder.put("one", "a longer text");
  fs::create_hard_link(folder / "one", folder / "two");
  CHECK(OutputFile(folder / "one", "--json").write("text"));
  CHECK(folder.text("two") == "text");
}

TEST_CASE("output file: a pipe with a name is written to, and its reader may come later") {
  const OutputFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  OutputFile file(folder / "pipe", "--json");
  const int reader = open((folder / "pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(reader >= 0);
  CHECK(file.write("text"));
  std::array<char, 16> bytes{};
  CHECK(read(reader, bytes.data(), bytes.size()) == 4);
  close(reader);
  CHECK(S_ISFIFO(folder.status("pipe").st_mode));
}

TEST_CASE("output file: a device is written to and stays one, and a full one is told") {
  const OutputFolder folder;
  if (mknod((folder / "null").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0 ||
      mknod((folder / "full").c_str(), S_IFCHR | 0600, makedev(1, 7)) != 0 ||
      access((folder / "null").c_str(), W_OK) != 0) {
    return mcplumb::left_out("output file: a device", "this user may make no devices");
  }
  {
    OutputFile one(folder / "null", "--json"), two(folder / "null", "--junit"), full(folder / "full", "--markdown");
    CHECK(one.write("text"));
    CHECK(two.write("text"));
    CHECK_FALSE(full.write("text"));
    CHECK(output_lost());
  }
  CHECK(S_ISCHR(folder.status("null").st_mode));
  CHECK(S_ISCHR(folder.status("full").st_mode));
}

TEST_CASE("output file: a name that was planted is not followed") {
  const OutputFolder folder;
  folder.put("victim", "precious");
  const std::string planted = folder / ("new.part-" + std::to_string(getpid()));
  for (const std::string tail : {"", "-0", "-1", "-2"}) fs::create_symlink("victim", planted + tail);
  CHECK(OutputFile(folder / "new", "--json").write("text"));
  CHECK(folder.text("new") == "text");
  CHECK_FALSE(fs::is_symlink(folder / "new"));
  CHECK(folder.text("victim") == "precious");
}

TEST_CASE("output file: what was given to us open is written to where it stands") {
  const OutputFolder folder;
  const int fd = open((folder / "given").c_str(), O_WRONLY | O_CREAT, 0600);
  REQUIRE(::write(fd, "before ", 7) == 7);
  CHECK(OutputFile("/dev/fd/" + std::to_string(fd), "--json").write("text"));
  CHECK(folder.text("given") == "before text");
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  CHECK(why_refused("/dev/fd/" + std::to_string(fd)).find("nothing is open there") != std::string::npos);
  close(fd);
  CHECK(OutputFile("/dev/stdout", "--json").is_stdout());
}

TEST_CASE("output file: a folder, and a folder that is not there, are refused with their names") {
  const OutputFolder folder;
  CHECK(why_refused(folder.path) ==
        "mcplumb: error: --json " + folder.path + " cannot be written: it is a folder; name a file in it");
  CHECK(why_refused(folder / "no/file").find("No such file or directory") != std::string::npos);
  CHECK(folder.names() == 0);
}

TEST_CASE("output file: the same file twice is refused, however it is spelled") {
  const OutputFolder folder;
  folder.put("old", "");
  fs::create_hard_link(folder / "old", folder / "hard");
  fs::create_symlink("old", folder / "soft");
  fs::create_symlink("new", folder / "dangling");
  fs::create_directory(folder / "sub");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const std::array<std::pair<std::string, std::string>, 7> rows = {{{"old", "old"},
                                                                    {"old", "sub/../old"},
                                                                    {"old", "soft"},
                                                                    {"old", "hard"},
                                                                    {"new", "./new"},
                                                                    {"new", "dangling"},
                                                                    {"pipe", "./pipe"}}};
  for (const auto& row : rows)
    for (const bool swapped : {false, true}) {
      const std::string& one = swapped ? row.second : row.first;
      const std::string& other = swapped ? row.first : row.second;
      CAPTURE(one);
      CAPTURE(other);
      const OutputFile first(folder / one, "-o");
      CHECK(why_refused(folder / other).find("are the same file") != std::string::npos);
    }
  CHECK(why_refused(folder / "new").empty());
}

TEST_CASE("output file: a file that the command reads is not replaced, whichever comes first") {
  const OutputFolder folder;
  for (const char* name : {"read", "read-later"}) folder.put(name, "precious");
  fs::create_symlink("read", folder / "soft");
  fs::create_hard_link(folder / "read", folder / "hard");
  CHECK(read_file(folder / "read") == "precious");
  for (const char* name : {"read", "soft", "hard"})
    CHECK(why_refused(folder / name) == "mcplumb: error: --json " + (folder / name) +
                                            " would replace a file that is read: " + (folder / "read") +
                                            "; choose another path");
  {
    OutputFile kept(folder / "read", "--baseline", OutputFile::Replaces::anything);
    CHECK(kept.write("newer"));
    const OutputFile report(folder / "read-later", "--json");
    CHECK_THROWS_AS(read_file(folder / "read-later"), UsageError);
  }
  CHECK(read_file(folder / "read-later") == "precious");
}

TEST_CASE("output file: a disk that refuses leaves the old file and no other") {
  const OutputFolder folder;
  folder.put("old", "precious");
  OutputFile file(folder / "old", "--json");
  fs::rename(folder.path, folder.path + "-away");
  CHECK_FALSE(file.write("text"));
  fs::rename(folder.path + "-away", folder.path);
  CHECK(folder.text("old") == "precious");
  CHECK(folder.names() == 1);
}
