/** How long answers take over three years of 500 shops: `nx run dashboard-server:bench [-- DAYS SHOPS]`. */
import { kpiOf } from "@pos/lake/testing"
import { BigDecimal, Console, Effect } from "effect"
import { kpiDay } from "../src/figures/day.ts"
import { kpiRows } from "../src/figures/rows.ts"
import { kpiSeries } from "../src/figures/series.ts"
import { asked, deploymentOf } from "../test/deployment.ts"
import { perShop } from "../test/shop.ts"

const [days = 1095, shops = 500] = process.argv.slice(2).map(Number)
const LAST = Date.parse("2026-01-31T00:00:00Z")
const dateOf = (at: number): string => new Date(LAST - at * 86_400_000).toISOString().slice(0, 10)

const rows = Array.from({ length: days }, (_, day) =>
  Array.from({ length: shops }, (_unused, shop) => ({
    date: dateOf(day),
    shop: BigInt(shop + 1),
    earned: BigDecimal.make(BigInt(1000 + ((day * 7919 + shop * 104_729) % 90_000)), 2),
    visits: BigInt(1 + ((day + shop) % 97)),
    guests: BigInt(1 + ((day * shop) % 53)),
    largest: BigDecimal.make(BigInt(100 + ((day * shop) % 900)), 2),
  })),
).flat()

const timed = Effect.fnUntraced(function* <A, E, R>(name: string, work: Effect.Effect<A, E, R>) {
  const took: Array<number> = []
  for (let at = 0; at < 11; at++) {
    const before = performance.now()
    yield* work
    took.push(performance.now() - before)
  }
  const [first = 0, ...others] = took
  const median = others.toSorted((a, b) => a - b)[5] ?? 0
  yield* Console.log(`${name.padEnd(24)} first ${first.toFixed(0)} ms, then ${median.toFixed(0)} ms`)
})

await Effect.gen(function* () {
  const [source, kpi] = yield* asked
  yield* timed("a day", kpiDay(source, kpi, dateOf(1)))
  yield* timed("its rows", kpiRows(source, kpi, { date: dateOf(1) }))
  yield* timed("a search", kpiRows(source, kpi, { date: dateOf(1), search: "12" }))
  yield* timed("90 days", kpiSeries(source, kpi, { from: dateOf(89), to: dateOf(0) }))
  yield* timed(
    "all days of a shop",
    kpiSeries(source, kpi, { from: dateOf(days - 1), to: dateOf(0), where: '{"shop":12}' }),
  )
}).pipe(Effect.provide(deploymentOf([kpiOf(perShop, rows)])), Effect.scoped, Effect.runPromise)
