"""script/incident shows what docs/incident.md says: on the versions that were blamed, only the mount without lifespan fails."""

import subprocess
import unittest

import harness

PAGE = (harness.ROOT / "docs" / "incident.md").read_text()


class Incident(unittest.TestCase):
    def test_blamed_versions(self):
        done = subprocess.run([harness.ROOT / "script" / "incident", "seed-bad", "--markdown"], capture_output=True,
                              text=True, timeout=300 * harness.SLACK)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        head, _, row = done.stdout.strip().split("\n")
        self.assertIn(head, PAGE)
        self.assertIn(row, PAGE)

    def test_unknown_set(self):
        done = subprocess.run([harness.ROOT / "script" / "incident", "old"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("seed-good, seed-bad, newest-1x", done.stdout)


if __name__ == "__main__":
    harness.main()
