/** The dashboard's own server over a small lake: the contracts of the workspace, and three days of two KPIs. */
import { join } from "node:path"
import { NodeServices } from "@effect/platform-node"
import { address, RecentRuns, serve, Source } from "@pos/dashboard-server"
import { datasets } from "@pos/datasets"
import { Lake, queryAll } from "@pos/lake"
import { kpiOf, testLake } from "@pos/lake/testing"
import { pagesOf } from "@pos/pages"
import { storeSalesPerDay, totalSalesPerProductPerDay } from "@pos/sales/kpis"
import { BigDecimal, Effect, Layer, ManagedRuntime } from "effect"

const folder = join(import.meta.dirname, "../dist/page")
const extensions = join(import.meta.dirname, "../../../.venv/duckdb-extensions")
const amount = BigDecimal.fromStringUnsafe

export const DAYS = ["2026-01-24", "2026-01-30", "2026-01-31"] as const

/** Amounts with more digits than a float holds. */
const sales = (day: number, id: number): string => `${90_000_000_000_000 * (id % 3)}${100 + day * id}.${1000 + id * 7}`

const stores = DAYS.flatMap((date, day) =>
  Array.from({ length: 12 }, (_, at) => ({
    date,
    store_id: BigInt(at + 1),
    total_sales: amount(sales(day + 1, at + 1)),
    units_sold: BigInt(30 + at * day),
    transactions: BigInt(10 + at),
    total_discount: amount(`${at}.5000`),
    returns: BigInt(at % 2),
    receipts: BigInt(at),
    sales_on_receipts: amount(`${at * 100}.2500`),
    units_on_receipts: BigInt(at * 2),
  })),
)

const products = DAYS.flatMap((date, day) =>
  Array.from({ length: 400 }, (_, at) => ({
    date,
    product_id: BigInt(6_534_000 + at),
    total_sales: amount(`${(at * 37 + day * 11) % 900}.0125`),
    units_sold: BigInt(at + day),
    transactions: BigInt((at % 9) + 1),
    total_discount: amount("0.0000"),
  })),
)

const source = Layer.effect(
  Source,
  Effect.map(Lake, (lake) => ({
    name: "the test",
    local: true,
    pages: pagesOf(datasets),
    currency: null,
    lake,
    results: lake,
    deadLetters: Effect.succeed(2),
    usage: () => Effect.succeed(7200),
    price: { amount: 0.44, currency: "USD" },
    machine: "none",
    resultsBucket: "none",
    helpOf: () => ({}),
  })),
)
const none = () => Effect.succeed([])
const recent = Layer.succeed(RecentRuns, { newest: none, withFiles: none, one: () => Effect.undefined })

/** The server, its address, and the same lake to be asked in SQL. */
export const real = () => {
  const lake = testLake([kpiOf(storeSalesPerDay, stores), kpiOf(totalSalesPerProductPerDay, products)], {
    extensions,
  }).pipe(Layer.provideMerge(NodeServices.layer))
  const answers = Layer.mergeAll(source, recent).pipe(Layer.provideMerge(lake))
  const runtime = ManagedRuntime.make(serve(folder, 0).pipe(Layer.provideMerge(answers)))
  const sql = (name: string, text: string) =>
    runtime.runPromise(
      Effect.flatMap(Lake, (opened) => queryAll(opened, { tables: [{ name, path: `kpi/${name}` }], sql: text })),
    )
  return { url: () => runtime.runPromise(address), sql, close: () => runtime.dispose() }
}
