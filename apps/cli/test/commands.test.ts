import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { cli } from "./cli.ts"

describe("a wrong call", () => {
  it.effect("ends with exit code 2, and prints nothing to standard output", () =>
    Effect.forEach(
      [
        ["validate"],
        ["nonsense"],
        ["sql"],
        ["sql", "SELECT 1", "--nonsense"],
        ["kpi", "total", "--date", "yesterday"],
        ["kpi", "total", "--limit", "-1"],
        ["start", "--port", "0"],
        ["start", "--engine", "flink"],
        ["ingest", "no-such-file.csv"],
        ["validate", "no-such-file.csv"],
        ["kpi", "no-such-kpi"],
      ],
      (args) =>
        Effect.gen(function* () {
          const { code, out, err } = yield* cli(args)
          assert.deepStrictEqual([code, out], [2, ""], args.join(" "))
          assert.match(err, /^✘ .+/, args.join(" "))
          assert.notMatch(err, /\n\s+at /, "a stack trace")
        }),
      { discard: true },
    ),
  )
})

describe("without a local AWS", () => {
  it.effect("commands that need one say how to start it", () =>
    Effect.forEach(
      [["runs"], ["sql", "SELECT 1"], ["kpi", "store_sales_per_day"], ["ingest", import.meta.filename]],
      (args) =>
        Effect.gen(function* () {
          const { code, err } = yield* cli(args)
          assert.strictEqual(code, 2)
          assert.include(err, "pos start", args.join(" "))
        }),
      { discard: true },
    ),
  )

  it.effect("status and stop are no errors", () =>
    Effect.gen(function* () {
      const status = yield* cli(["status", "--json"])
      assert.deepInclude(JSON.parse(status.out), { running: false })
      const stop = yield* cli(["stop", "--json"])
      assert.deepInclude(JSON.parse(stop.out), { running: false, stopped: false })
      assert.deepStrictEqual([status.code, stop.code], [0, 0])
    }),
  )
})

describe("help", () => {
  it.effect("teaches every command by example", () =>
    Effect.forEach(
      ["validate", "start", "ingest", "runs", "kpi", "sql"],
      (command) =>
        Effect.gen(function* () {
          const { code, out } = yield* cli([command, "--help"])
          assert.strictEqual(code, 0)
          assert.include(out, "EXAMPLES", command)
          assert.include(out, `pos ${command}`)
          assert.include(out, "--json")
        }),
      { discard: true },
    ),
  )

  it.effect("lists the KPIs that there are", () =>
    Effect.gen(function* () {
      const { out } = yield* cli(["kpi", "--json"])
      const names = JSON.parse(out).map(({ name }: { readonly name: string }) => name)
      assert.include(names, "total_sales_per_product_per_day")
    }),
  )
})
