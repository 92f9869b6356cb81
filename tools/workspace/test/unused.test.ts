import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "vitest"

const root = join(import.meta.dirname, "..", "..", "..")

/** What the check says of these files, by their paths below the workspace. */
const unusedIn = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), "pos-unused-"))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const script = join(root, "tools/workspace/python/unused.py")
    const { status, stdout } = spawnSync(join(root, ".venv/glue-spark/bin/python"), [script, folder], {
      encoding: "utf8",
    })
    return { status, lines: stdout.trim().split("\n") }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe("a name of a Python module", () => {
  it("is told when nobody uses it: functions, classes, methods and constants", () => {
    const { lines, status } = unusedIn({
      "apps/job/src/job/one.py":
        '__all__ = ["dead"]\nLIMIT = 3\n\n\ndef dead(n):\n    """As `dead` says."""\n    return dead(n - 1)\n\n\n' +
        "class Dead:\n    pass\n\n\nclass Used:\n    def dead_method(self):\n        pass\n",
      "apps/job/tests/test_one.py": "from job.one import Used, dead\n\nUsed()\n",
    })
    assert.strictEqual(status, 1)
    assert.deepStrictEqual(
      lines,
      [
        [2, "LIMIT"],
        [5, "dead"],
        [10, "Dead"],
        [15, "dead_method"],
      ].map(([line, name]) => `apps/job/src/job/one.py:${line}: nobody uses ${name}.`),
    )
  })

  it("is used where another module, a test, an annotation or a decorator says so", () => {
    const { lines, status } = unusedIn({
      "libs/a/src/a/one.py":
        "LIMIT = 3\n\n\nclass Row:\n    def size(self):\n        return LIMIT\n\n\ndef patched():\n    pass\n\n\n" +
        "@hook\ndef registered():\n    pass\n",
      "libs/a/src/a/generated/constants.py": "UNREAD = 1\n",
      "libs/a/tests/test_one.py":
        'def check(row: "list[Row] | None", monkeypatch):\n    monkeypatch.setattr("a.one", "patched", row.size)\n\n\ncheck(None)\n',
    })
    assert.deepStrictEqual([status, lines], [0, ["Every name is used."]])
  })
})
