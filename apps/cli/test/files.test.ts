/** From names to files, whatever the names are. */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import { place, tooLong } from "../src/upload/keys.ts"
import { findFiles } from "../src/workspace/files.ts"
import type { LocalFile } from "../src/workspace/folder.ts"
import { cli } from "./cli.ts"

const folder = mkdtempSync(join(tmpdir(), "pos-files-"))
const LINES =
  "transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp\nt1,1,2,3,4.50,,1700000000\n"
const NAMES = [
  "back\\slash.csv",
  "new\nline.csv",
  "50% #1 ü😀.csv",
  " space .csv",
  "-dash.csv",
  "nested/a.csv",
  "*.csv",
]
/** `café` as Latin-1 writes it. */
const LATIN = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from(".csv")])

const named = (name: string) => [{ name, path: name, size: 1 }]

beforeAll(() => {
  mkdirSync(join(folder, "nested"))
  for (const name of NAMES) writeFileSync(join(folder, name), LINES)
  writeFileSync(LATIN, LINES)
  writeFileSync(join(folder, ".hidden"), LINES)
})

afterAll(() => rmSync(folder, { recursive: true }))

const placed = (files: ReadonlyArray<LocalFile>) =>
  place(
    files.map((file) => ({ file, dataset: "sales" })),
    ["sales"],
  )

layer(NodeServices.layer)("files of a folder", (it) => {
  it.effect("keep their names, strange ones too, and are sent under them", () =>
    Effect.gen(function* () {
      const { files, leftOut } = yield* findFiles([folder])
      assert.sameMembers(
        files.map(({ name }) => name),
        [...NAMES, "caf%E9.csv"],
      )
      assert.deepStrictEqual(leftOut, [])
      assert.includeMembers(
        placed(files).map(({ key }) => key),
        ["incoming/back\\slash.csv", "incoming/new\nline.csv", "incoming/nested/a.csv", "incoming/caf%E9.csv"],
      )
    }),
  )

  it.effect("are found by a pattern that the shell has left alone", () =>
    Effect.gen(function* () {
      const { files } = yield* findFiles([`${folder}/nested/*.csv`])
      assert.deepStrictEqual(
        files.map(({ path }) => path),
        [join(folder, "nested/a.csv")],
      )
      // A file of that very name is meant itself.
      assert.lengthOf((yield* findFiles([`${folder}/*.csv`])).files, 1)
      assert.include((yield* Effect.flip(findFiles([`${folder}/*.tsv`]))).message, "No file matches")
    }),
  )

  it.effect("do not hide what cannot be read, nor the other way round", () =>
    Effect.gen(function* () {
      const odd = mkdtempSync(join(tmpdir(), "pos-odd-"))
      writeFileSync(join(odd, "a.csv"), LINES)
      symlinkSync(join(odd, "gone"), join(odd, "broken.csv"))
      symlinkSync(odd, join(odd, "loop"))
      execFileSync("mkfifo", [join(odd, "pipe.csv")])
      const { files, leftOut } = yield* findFiles([odd])
      assert.deepStrictEqual(
        files.map(({ name }) => name),
        ["a.csv"],
      )
      assert.sameMembers(
        leftOut.map(({ path, why }) => `${path.slice(odd.length + 1)} ${why}`),
        [
          "broken.csv leads to nothing that can be read",
          "loop is a link to a folder above it",
          "pipe.csv is neither a file nor a folder",
        ],
      )
      const { code, out, err } = yield* cli(["validate", odd])
      assert.strictEqual(code, 2)
      assert.include(out, "1 file: 1 valid")
      assert.include(err, "broken.csv leads to nothing that can be read.")
      rmSync(odd, { recursive: true })
    }),
  )

  it.effect("have a verdict each", () =>
    Effect.gen(function* () {
      const { code, out } = yield* cli(["validate", folder, "--json"])
      assert.strictEqual(code, 0)
      assert.sameMembers(
        (JSON.parse(out) as ReadonlyArray<{ readonly file: string }>).map(({ file }) => file),
        [...NAMES, "caf%E9.csv"].map((name) => `${folder}/${name}`),
      )
    }),
  )

  it.effect("are told when S3 would not take their names", () =>
    Effect.sync(() => {
      assert.lengthOf(tooLong(placed(named("ü".repeat(508)))), 1)
      assert.lengthOf(tooLong(placed(named("ü".repeat(507)))), 0)
    }),
  )
})

describe("standard input", () => {
  layer(NodeServices.layer)("is no file to send", (it) => {
    it.effect("as it has no name", () =>
      Effect.gen(function* () {
        const { code, err } = yield* cli(["ingest", "-"])
        assert.strictEqual(code, 2)
        assert.include(err, "Standard input has no name")
      }),
    )
  })
})
