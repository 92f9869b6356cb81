import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Status, Stopped } from "../src/local/document.ts"
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
        ["plan", "--rejudge", "yesterday"],
        ["plan", "--rejudge", "2026-03-01T06:00"],
        ["kpi", "total", "--date", "2017-02-30"],
        ["kpi", "total", "--csv", "--json"],
        ["sql", "SELECT 1", "--csv", "--json"],
        ["start", "--port", "0"],
        ["start", "--port", "65536"],
        ["runs", "--stack"],
        ["runs", "last", "more"],
        ["ingest"],
        ["ingest", "x", "--timeout", "soon"],
        ["ingest", ""],
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

describe("a flag that is no number, or not a sensible one", () => {
  it.effect("is told what was expected, in words", () =>
    Effect.forEach(
      [
        [["start", "--port", "abc"], 'Invalid value for flag --port: "abc". Expected a port from 1 to 65535'],
        [["start", "--port", "1e3"], "Expected a port from 1 to 65535"],
        [["runs", "--limit", "0"], 'Invalid value for flag --limit: "0". Expected a whole number, 1 or more'],
        [["runs", "--limit", "1.5"], "Expected a whole number, 1 or more"],
        [["kpi", "x", "--limit", "-1"], "Expected a whole number, 0 (all rows) or more"],
        [["ingest", "x", "--timeout", "0"], "Expected whole minutes, 1 to 10080 (a week)"],
        [["sql", "SELECT 1", "--csv", "--json"], "Give --csv or --json, not both."],
      ] as const,
      ([args, words]) =>
        Effect.gen(function* () {
          const { code, err } = yield* cli(args)
          assert.strictEqual(code, 2)
          assert.include(err, words)
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
      assert.isTrue(Schema.is(Status)(JSON.parse(status.out)), status.out)
      assert.deepInclude(JSON.parse(status.out), { running: false })
      const stop = yield* cli(["stop", "--json"])
      assert.isTrue(Schema.is(Stopped)(JSON.parse(stop.out)), stop.out)
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
