"""The client as a library: installed into a folder, found by CMake and by pkg-config, and used by the examples."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import harness

EXAMPLES = harness.ROOT / "examples"


def must(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.prefix = cls.folder / "prefix"
        must("cmake", "--install", os.environ.get("MCPLUMB_BUILD_DIR", harness.BIN_DIR), "--prefix", cls.prefix)

    def use(self, call_tool, watch_stream):
        with harness.fixture() as server:
            out = must(call_tool, server.url, "test_simple_text")
            self.assertIn("revision 2025-11-25", out)
            self.assertIn('"type": "text"', out)
            refused = subprocess.run([call_tool, server.url, "no-such-tool"], capture_output=True, text=True)
            self.assertEqual(refused.returncode, 1, refused)
            self.assertIn("tools/call", refused.stderr)
            self.assertRegex(must(watch_stream, server.url, "1"), r"\d+ messages in \d+ exchanges")
        gone = subprocess.run([watch_stream, server.url, "1"], capture_output=True, text=True)
        self.assertEqual(gone.returncode, 1, gone)

    def test_cmake(self):
        build = self.folder / "build"
        must("cmake", "-S", EXAMPLES, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DCMAKE_BUILD_TYPE=Debug")
        must("cmake", "--build", build)
        self.use(build / "call_tool", build / "watch_stream")

    def test_pkg_config(self):
        libraries = next(self.prefix.rglob("mcplumb.pc")).parent
        flags = must("pkg-config", "--cflags", "--libs", "mcplumb",
                     env={**os.environ, "PKG_CONFIG_PATH": str(libraries)}).split()
        program = self.folder / "watch_stream"
        must("c++", EXAMPLES / "watch_stream.cpp", *flags, "-o", program)
        refused = subprocess.run([program, "http://127.0.0.1:9/mcp", "1"], capture_output=True, text=True)
        self.assertEqual(refused.returncode, 1, refused)
        self.assertIn("refused", refused.stderr)

    def test_what_is_installed(self):
        files = {path.relative_to(self.prefix).as_posix() for path in self.prefix.rglob("*") if path.is_file()}
        for wanted in ("bin/mcplumb", "include/mcplumb/client.hpp", "include/mcplumb/client/connect/client.hpp",
                       "share/man/man1/mcplumb.1"):
            self.assertIn(wanted, files)
        for name in ("test_server.hpp", "curl_handle.hpp"):
            self.assertFalse([path for path in files if path.endswith(name)], name)


if __name__ == "__main__":
    harness.main()
