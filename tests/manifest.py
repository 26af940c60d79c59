"""`mcplumb check --manifest`: files alone, and against a server. What each rule is about is proven by manifest_test.

    python3 tests/manifest.py
"""

import json
import pathlib
import tempfile
import unittest
import zipfile

import harness

SAMPLES = harness.ROOT / "fixtures" / "manifests"
SECRET = "canary-of-a-manifest"


def sample(name):
    return json.loads((SAMPLES / name).read_text())


class Manifest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def check(self, path, *more):
        return harness.run("check", "--manifest", path, *more)

    def test_a_file_alone(self):
        good = self.check(self.write("server.json", sample("server-of-one-package.json")["file"]))
        self.assertEqual(good.exit, 0, good)
        self.assertIn("The file conforms.", good.stdout)
        bad = self.check(self.write("server.json", {"name": "weather", "description": "x", "version": "1.0.0"}))
        self.assertEqual(bad.exit, 1, bad)
        self.assertIn("server-json.name]", bad.stdout)
        self.assertIn("The file does not conform: 1 check failed.", bad.stdout)

    def test_what_is_no_file_of_the_kind(self):
        self.assertEqual(self.check(self.write("server.json", "{")).exit, 1)
        self.assertEqual(self.check(self.folder / "nothing.json").exit, 2)
        older = {"$schema": "https://static.modelcontextprotocol.io/schemas/2025-07-09/server.schema.json", "name": "x"}
        self.assertIn("the format 2025-07-09 is not judged", self.check(self.write("server.json", older)).stdout)

    def test_a_bundle(self):
        described = sample("bundle-node.json")
        path = self.folder / "weather.mcpb"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("manifest.json", json.dumps(described["file"]))
            bundle.writestr("../outside", "x")
            with bundle.open("icon.png", "w") as bomb:
                for _ in range(256):
                    bomb.write(bytes(1 << 20))
        done = self.check(path, "--json", "-")
        found = harness.outcomes(done)
        self.assertEqual(found["bundle.archive"]["verdict"], "pass")
        self.assertEqual(found["bundle.paths"]["verdict"], "note")
        self.assertEqual(found["bundle.entry-point.packed"]["verdict"], "warn")
        self.assertEqual(found["bundle.icon"]["verdict"], "warn")
        if not harness.SANITIZED:
            self.assertLess(done.peak_bytes, 60 << 20)

    def test_against_a_server(self):
        with harness.fixture() as server:
            document = {"name": "io.github.acme/x", "description": "x", "version": "0.0.1",
                        "remotes": [{"type": "sse", "url": server.url}]}
            done = self.check(self.write("server.json", document), server.url, "--only", "server-json.*", "--only", "ping.*",
                              "--json", "-")
        found = harness.outcomes(done)
        self.assertEqual(done.exit, 1, done)
        self.assertEqual(found["server-json.live.type"]["verdict"], "fail")
        self.assertEqual(found["server-json.live.version"]["verdict"], "warn")
        self.assertEqual(found["ping.respond"]["verdict"], "pass")

    def test_secrets_stay_hidden(self):
        document = sample("server-of-one-package.json")["file"]
        document["packages"][0]["environmentVariables"][0]["default"] = SECRET
        path = self.write("server.json", document)
        for more in ([], ["--json", "-"], ["--junit", "-"], ["-v"]):
            done = self.check(path, *more)
            self.assertNotIn(SECRET, done.output)

    def test_reports_and_baselines(self):
        path = self.write("server.json", {"name": "weather", "description": "x", "version": "1.0.0"})
        report = self.folder / "run.json"
        self.check(path, "--json", report)
        self.assertEqual(harness.run("report", report).exit, 1)
        known = self.folder / "known.json"
        self.check(path, "--baseline", known, "--update-baseline")
        known.write_text(known.read_text().replace('"reason": ""', '"reason": "it has this name"'))
        self.assertEqual(self.check(path, "--baseline", known).exit, 0)


if __name__ == "__main__":
    harness.main(verbosity=1)
