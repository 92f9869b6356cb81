import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { FileReports } from "@pos/runs/report"
import { afterAll } from "vitest"
import { cli } from "./cli.ts"

const HEADER = "transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp"
const folder = mkdtempSync(join(tmpdir(), "pos-validate-"))
const good = join(folder, "good.csv")
const bad = join(folder, "nested/bad, with comma.csv")

beforeAll(() => {
  mkdirSync(join(folder, "nested"))
  writeFileSync(good, `${HEADER}\nt1,1,2,3,4.50,,1700000000\n`)
  writeFileSync(bad, `${HEADER}\nt1,1,2,3,4.50,,1700000000\nt2,1,2,1.5,4.50,,1700000000\n`)
  writeFileSync(join(folder, ".hidden"), "not looked at")
})

afterAll(() => rmSync(folder, { recursive: true }))

describe("pos validate", () => {
  it.effect("prints what scripts rely on, and ends with 1 when a file would be rejected", () =>
    Effect.gen(function* () {
      const { code, out, err } = yield* cli(["validate", folder, "--json"])
      const reports = yield* Schema.decodeUnknownEffect(FileReports)(JSON.parse(out))
      assert.deepStrictEqual([code, err], [1, ""])
      assert.deepStrictEqual(
        reports.map(({ file, dataset, verdict, rows }) => ({ file, dataset, verdict, rows })),
        [
          { file: good, dataset: "sales", verdict: "valid", rows: { total: 1, valid: 1, invalid: 0 } },
          { file: bad, dataset: "sales", verdict: "rejected", rows: { total: 2, valid: 1, invalid: 1 } },
        ],
      )
      const [reason] = reports[1]?.reasons ?? []
      assert.deepStrictEqual([reason?.code, reason?.severity, reason?.column], ["not_an_integer", "error", "quantity"])
      assert.deepStrictEqual(reason?.samples, [{ line: 3, column: "quantity", value: "1.5" }])
    }),
  )

  it.effect("ends with 0 when every file is valid, and says so in words", () =>
    Effect.gen(function* () {
      const { code, out } = yield* cli(["validate", good])
      assert.strictEqual(code, 0)
      const [dataset, ...lines] = stripVTControlCharacters(out).split("\n")
      assert.match(dataset ?? "", /^Dataset sales, /)
      assert.deepStrictEqual(lines, [`✔ ${good}  valid, 1 row`, "", "1 file: 1 valid; 1 row."])
    }),
  )

  it.effect("checks more files than the arguments of a program hold", () =>
    Effect.gen(function* () {
      const deep = join(folder, "many", ...Array.from({ length: 15 }, () => "d".repeat(240)))
      mkdirSync(deep, { recursive: true })
      // Linux takes 2 MB of arguments.
      const names = Array.from({ length: 600 }, (_, number) => join(deep, `${number}.csv`))
      for (const name of names) writeFileSync(name, `${HEADER}\nt1,1,2,3,4.50,,1700000000\n`)
      const { code, out } = yield* cli(["validate", join(folder, "many"), "--json"])
      rmSync(join(folder, "many"), { recursive: true })
      const reports = yield* Schema.decodeUnknownEffect(FileReports)(JSON.parse(out))
      assert.deepStrictEqual([code, reports.length], [0, names.length])
    }),
  )

  it.effect("ends with 2 when one of the paths does not exist, without judging the others", () =>
    Effect.gen(function* () {
      const { code, out, err } = yield* cli(["validate", good, join(folder, "missing.csv")])
      assert.deepStrictEqual([code, out], [2, ""])
      assert.include(err, "missing.csv does not exist")
    }),
  )

  it.effect("ends with 2 when the plan is none", () =>
    Effect.gen(function* () {
      const { code, err } = yield* cli(["validate", good, "--plan", good])
      assert.strictEqual(code, 2)
      assert.include(err, "is not a plan")
    }),
  )

  it.effect("ends with 2 for a folder without files", () =>
    Effect.gen(function* () {
      const empty = join(folder, "nested/empty")
      mkdirSync(empty)
      const { code, err } = yield* cli(["validate", empty])
      assert.strictEqual(code, 2)
      assert.include(err, "no files")
    }),
  )
})
