"""Real servers whose tools were called because they say that they only read: nothing on disk may differ afterwards.

    python3 tests/read_only.py

Each server gets a scratch folder that holds what it works on, its home and its temporary files. What lies there, with sizes,
contents, permissions and times, is written down before and after. That these eyes can see is shown by the same with all tools.
"""

import hashlib
import os
import pathlib
import shlex
import subprocess
import tempfile
import time
import unittest

import harness

AN_HOUR_AGO = time.time() - 3600


def command_of(name):
    command = [harness.ROOT / "script" / "real-server", name, "--print-command"]
    return shlex.split(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def seen(folder):
    """What a listing of the folder and a look into its files tells; not when they were last read."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        stat = path.lstat()
        what = os.readlink(path) if path.is_symlink() else "folder" if path.is_dir() else \
            hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path.relative_to(folder))] = (what, stat.st_size, stat.st_mode, stat.st_mtime_ns)
    return found


def differences(before, after):
    return {name: (before.get(name), after.get(name)) for name in {*before, *after} if before.get(name) != after.get(name)}


class Scratch:
    """A folder with something in it to read, and with places of its own for a home and for temporary files; for `with`."""

    def __enter__(self):
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name).resolve()
        self.work = self.folder / "work"
        for name in ("work/notes", "home", "tmp"):
            (self.folder / name).mkdir(parents=True)
        (self.work / "a.txt").write_text("one\ntwo\n")
        (self.work / "notes" / "b.json").write_text('{"b": 1}\n')
        (self.work / "link").symlink_to("a.txt")
        self.environment = {**os.environ, "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp"),
                            "GIT_CONFIG_NOSYSTEM": "1", "GIT_OPTIONAL_LOCKS": "0"}
        return self

    def __exit__(self, *_):
        self.holder.cleanup()

    def git(self, *words):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", self.work, *who, *words], check=True, capture_output=True, env=self.environment)

    def make_repository(self):
        """Such that git itself does not note new times of files in its index, as `git status` and `git diff` else do."""
        self.git("init")
        self.git("config", "diff.autoRefreshIndex", "false")
        self.git("add", ".")
        self.git("commit", "-m", "the first")
        (self.work / "a.txt").write_text("one\nthree\n")
        self.git("add", "a.txt")
        self.git("commit", "-m", "the second")
        (self.work / "a.txt").write_text("one\nand four\n")

    def grow_old(self):
        """So that a file written again, with the same contents, has another time."""
        for path in [self.folder, *self.folder.rglob("*")]:
            os.utime(path, (AN_HOUR_AGO, AN_HOUR_AGO), follow_symlinks=False)

    def run(self, what, tools, command, *flags):
        """The calls that were made, and what is not as it was."""
        self.grow_old()
        before = seen(self.folder)
        environment = {name: self.environment[name] for name in ("HOME", "TMPDIR", "GIT_CONFIG_NOSYSTEM", "GIT_OPTIONAL_LOCKS")}
        done = harness.run(what, "--tools", tools, *flags, "--deadline", "30s", "--cwd", self.work, "--json", "-", "--",
                           *command, deadline=300, env=environment)
        uses = {use["tool"]: use for use in done.json()["exercise"]["tools"]}
        return done, uses, differences(before, seen(self.folder))


class ReadOnly(unittest.TestCase):
    def looked(self, uses, *names):
        """These were called, and did what they are for: a tool that refuses everything changes nothing, of course."""
        for name in names:
            self.assertGreater(uses[name]["fitting"] - uses[name]["failed"], 0, uses[name])

    def filesystem(self, scratch, tools):
        return scratch.run("check", tools, [*command_of("filesystem")[:-1], scratch.work],
                           "--tool", f'content=read_text_file {{"path":"{scratch.work}/a.txt"}}',
                           "--tool", f'structured=directory_tree {{"path":"{scratch.work}"}}')

    def test_filesystem(self):
        with Scratch() as scratch:
            done, uses, changed = self.filesystem(scratch, "safe")
            self.looked(uses, "read_text_file", "directory_tree", "list_allowed_directories")
            self.assertEqual(uses["write_file"]["fitting"], 0, uses["write_file"])
            self.assertEqual(changed, {}, done)

    def test_filesystem_with_all_tools_is_changed(self):
        with Scratch() as scratch:
            done, uses, changed = self.filesystem(scratch, "all")
            self.looked(uses, "write_file")
            self.assertNotEqual(changed, {}, done)

    def memory(self, scratch, tools):
        command = [word for word in command_of("memory") if not word.startswith("MEMORY_FILE_PATH=")]
        (scratch.work / "memory.jsonl").write_text('{"type":"entity","name":"text","entityType":"book","observations":["old"]}\n')
        return scratch.run("check", tools, ["env", f"MEMORY_FILE_PATH={scratch.work}/memory.jsonl", *command])

    def test_memory(self):
        with Scratch() as scratch:
            done, uses, changed = self.memory(scratch, "safe")
            self.looked(uses, "read_graph", "search_nodes")
            self.assertEqual(changed, {}, done)

    def test_memory_with_all_tools_is_changed(self):
        with Scratch() as scratch:
            _, uses, changed = self.memory(scratch, "all")
            self.looked(uses, "create_entities")
            self.assertIn("work/memory.jsonl", changed)

    def git(self, scratch, tools):
        where = f'{{"repo_path":"{scratch.work}"}}'
        roles = (f"content=git_log {where}", f"structured=git_status {where}", f"failing=git_diff_unstaged {where}",
                 f'progress=git_branch {{"repo_path":"{scratch.work}","branch_type":"local"}}')
        # Only the calls: each session of a check starts a program, and this one takes its time.
        return scratch.run("exercise", tools, [*command_of("git"), "--repository", scratch.work],
                           *(word for role in roles for word in ("--tool", role)))

    def test_git(self):
        with Scratch() as scratch:
            scratch.make_repository()
            done, uses, changed = self.git(scratch, "safe")
            self.looked(uses, "git_log", "git_status", "git_diff_unstaged", "git_branch")
            self.assertEqual(uses["git_add"]["fitting"], 0, uses["git_add"])
            self.assertEqual(changed, {}, done)

    def test_git_with_all_tools_is_changed(self):
        with Scratch() as scratch:
            scratch.make_repository()
            done, _, changed = self.git(scratch, "all")
            self.assertTrue(any(name.startswith("work/.git/") for name in changed), done)


if __name__ == "__main__":
    harness.main()
