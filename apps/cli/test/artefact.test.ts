/** When what a build has made is made again. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { isNewer } from "../src/workspace/artefact.ts"
import { Workspace } from "../src/workspace/workspace.ts"

/** A workspace with these files, each so many seconds old. */
const workspace = Effect.fnUntraced(function* (files: Readonly<Record<string, number>>) {
  const root = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "pos-artefact-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
  )
  for (const [name, age] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), "")
    const time = Date.now() / 1000 - age
    utimesSync(join(root, name), time, time)
  }
  return Workspace.of({ root, home: root, path: (...parts) => join(root, ...parts), python: () => Effect.die("none") })
})

const isFresh = Effect.fnUntraced(function* (files: Readonly<Record<string, number>>) {
  const service = yield* workspace(files)
  return yield* isNewer(service.path("made.json"), ["src", "other.ts"]).pipe(Effect.provideService(Workspace, service))
}, Effect.scoped)

describe("what a build has made", () => {
  it.effect("is used as long as no source is newer, however deep it lies", () =>
    Effect.gen(function* () {
      assert.isTrue(yield* isFresh({ "made.json": 10, "src/a.ts": 20, "src/deep/er/b.ts": 11, "other.ts": 30 }))
      assert.isFalse(yield* isFresh({ "made.json": 10, "src/a.ts": 20, "src/deep/er/b.ts": 9 }))
      assert.isFalse(yield* isFresh({ "made.json": 10, "src/a.ts": 20, "other.ts": 9 }))
      assert.isFalse(yield* isFresh({ "src/a.ts": 20 }))
    }),
  )

  it.effect("is not older for what tests and builds have written since", () =>
    Effect.gen(function* () {
      assert.isTrue(
        yield* isFresh({
          "made.json": 10,
          "src/dist/a.js": 1,
          "src/test/a.test.ts": 1,
          "src/.a.ts.swp": 1,
          "src/a.ts": 20,
        }),
      )
    }),
  )
})
