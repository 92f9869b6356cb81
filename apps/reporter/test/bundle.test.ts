/** The folder that Lambda gets. What it does there is seen in the end-to-end tests. */
import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { placeNatives } from "../natives.mjs"

const bundle = join(import.meta.dirname, "../dist/bundle")
const scratch = mkdtempSync(join(tmpdir(), "pos-reporter-"))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted()

const hashOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex")

describe("the bundle", () => {
  it("is within what Lambda takes, unpacked", () => {
    const bytes = filesIn(bundle).reduce((sum, path) => sum + statSync(join(bundle, path)).size, 0)
    assert.isBelow(bytes, 250 * 1024 ** 2)
  })

  it("has DuckDB for Lambda's machine, also where it is built on another one", { timeout: 120_000 }, () => {
    placeNatives(scratch, { fetched: true })
    const natives = filesIn(scratch)
    assert.includeMembers(natives as Array<string>, [
      "extensions/delta.duckdb_extension",
      "extensions/httpfs.duckdb_extension",
      "node_modules/@duckdb/node-bindings-linux-x64/duckdb.node",
    ])
    if (process.platform !== "linux" || process.arch !== "x64") return
    for (const path of natives) assert.strictEqual(hashOf(join(scratch, path)), hashOf(join(bundle, path)), path)
  })
})
