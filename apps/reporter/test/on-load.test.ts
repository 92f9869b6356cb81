import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { onLoad } from "../src/on-load.ts"
import { makeWorld } from "./world.ts"

const DATA = /<script type="application\/json" id="data">(.*?)<\/script>/s

interface Answered {
  readonly date: string
  readonly answers: Readonly<Record<string, { readonly totals?: { readonly values: unknown } | null }>>
}

const answersIn = (text: string | undefined): Answered => JSON.parse(DATA.exec(text ?? "")?.[1] ?? "null") as Answered

const RUN = "20260112T060000000Z-0123456789ab"
const summaryOf = (dates: ReadonlyArray<string>) =>
  JSON.stringify({
    runId: RUN,
    engine: "duckdb_delta_rs",
    contract: { name: "sales", version: "2.0.0", hash: "sha256:0" },
    rows: { in: 1, appended: 1, duplicates: 0, conflicts: 0, updated: 0 },
    dates,
    datesTouched: dates.length,
    tables: [],
    timings: {},
    outcome: "loaded",
  })
const SUMMARY = `runs/${RUN}/transformation/summary.json`

describe("after a load", () => {
  it.effect("the newest day has its report, under its date and as the latest one", () => {
    const { layer, world } = makeWorld()
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* onLoad({}), { written: ["2026-01-11"] })
      assert.sameMembers([...world.objects.keys()], ["reports/2026-01-11.html", "reports/latest.html"])
      const { answers, date } = answersIn(world.objects.get("reports/latest.html")?.text)
      assert.strictEqual(date, "2026-01-11")
      assert.include(JSON.stringify(answers["/api/kpis/total_sales_per_product_per_day/day"]), "11.25")
      assert.deepInclude(world.lines.at(-1), { Job: "report", Stage: "test", ReportsWritten: 1 })
    }).pipe(Effect.provide(layer()))
  })

  it.effect("each day that it touched has one too, where there are figures of it", () => {
    const { layer, world } = makeWorld()
    world.put(SUMMARY, summaryOf(["2026-01-09", "2026-01-10", "2026-01-11"]))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* onLoad({ runId: RUN }), { written: ["2026-01-11", "2026-01-10"] })
      assert.strictEqual(answersIn(world.objects.get("reports/2026-01-10.html")?.text).date, "2026-01-10")
      // What every day's report says alike is asked for once.
      assert.strictEqual(world.counted, 1)
      assert.isUndefined(world.objects.get("reports/2026-01-09.html"))
      const why = world.lines.find((line) => "why" in line) ?? {}
      assert.deepInclude(why, { level: "info", event: "no report", date: "2026-01-09" })
    }).pipe(Effect.provide(layer()))
  })

  it.effect("of many years, the newest 31 days are written anew, and no other", () => {
    const { layer, world } = makeWorld()
    const days = Array.from({ length: 40 }, (_, at) => new Date(Date.UTC(2026, 0, 10 + at)).toISOString().slice(0, 10))
    world.put(SUMMARY, summaryOf(days))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* onLoad({ runId: RUN }), { written: ["2026-01-11"] })
      assert.isUndefined(world.objects.get("reports/2026-01-10.html"))
      assert.deepStrictEqual(yield* onLoad({ dates: ["2026-01-10"] }), { written: ["2026-01-11", "2026-01-10"] })
    }).pipe(Effect.provide(layer()))
  })

  it.effect("a report that another one has overtaken is not written over it, but made anew", () => {
    const { layer, world } = makeWorld()
    let times = 0
    world.before = (key) => {
      if (key === "reports/latest.html" && times++ === 0) world.put(key, "a report of newer tables")
    }
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* onLoad({}), { written: ["2026-01-11"] })
      // The tables were read again after the other report was there.
      assert.strictEqual(world.opened, 2)
      assert.strictEqual(answersIn(world.objects.get("reports/latest.html")?.text).date, "2026-01-11")
    }).pipe(Effect.provide(layer()))
  })

  it.effect("it gives up where others are always faster, and what they wrote stays", () => {
    const { layer, world } = makeWorld()
    world.before = (key) => world.put(key, "theirs")
    return Effect.gen(function* () {
      const error = yield* Effect.flip(onLoad({}))
      assert.match(error.message, /s3:\/\/results\/reports\/2026-01-11\.html has changed meanwhile/)
      assert.strictEqual(world.objects.get("reports/2026-01-11.html")?.text, "theirs")
      assert.strictEqual(world.opened, 6)
    }).pipe(Effect.provide(layer()))
  })

  it.effect("without figures there is no report, and no failure", () => {
    const { layer, world } = makeWorld()
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* onLoad({}), { written: [] })
      assert.isEmpty([...world.objects])
    }).pipe(Effect.provide(layer([])))
  })

  it.effect("an event that is none is refused", () => {
    const { layer } = makeWorld()
    return Effect.gen(function* () {
      const error = yield* Effect.flip(onLoad({ dates: ["yesterday"] }))
      assert.strictEqual(error._tag, "SchemaError")
    }).pipe(Effect.provide(layer()))
  })
})
