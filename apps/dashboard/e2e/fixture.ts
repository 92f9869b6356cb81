/** What the server would answer: figures by a formula, and files of a supplier who means harm. */
import type { Kpi, Overview } from "../src/api.ts"
import { periodOf } from "../src/model/dates.ts"
import { day, FIRST, kpis, LAST, rows, series } from "./fixture-figures.ts"
import { health, origin, RUN, run, runs, suppliers } from "./fixture-files.ts"

const column = { description: "A column.", format: { kind: "text" } } as const

const overview = (all: ReadonlyArray<Kpi>): Overview => ({
  target: { name: "the local AWS", local: true },
  pages: {
    format: "pos-pages/1",
    datasets: [
      {
        name: "sales",
        title: "Sales",
        description: "Sales.",
        kind: "facts",
        key: ["transaction_id"],
        acrossFiles: "keepFirst",
        columns: [
          { ...column, name: "transaction_id", title: "Transaction" },
          { ...column, name: "revenue", title: "Revenue", format: { kind: "decimal", digits: 4 } },
          { ...column, name: "date", title: "Date", format: { kind: "date" } },
        ],
      },
    ],
    kpis: all,
  },
  periods: Object.fromEntries(
    all.map(({ name, grain }) => [name, { first: periodOf(grain, FIRST), last: periodOf(grain, LAST) }]),
  ),
  currency: "EUR",
})

/** The answer to a question, or undefined where there is none. */
export const answer = (path: string, query: URLSearchParams, all: ReadonlyArray<Kpi> = kpis): unknown => {
  if (path === "/api/overview") return overview(all)
  if (path === "/api/runs") return runs
  if (path.startsWith("/api/runs/")) return path.endsWith(RUN) ? run : undefined
  if (path === "/api/health") return health
  if (path === "/api/suppliers") return suppliers
  const [, , , name, what] = path.split("/")
  const kpi = all.find((one) => one.name === name)
  if (kpi === undefined) return undefined
  if (what === "day") return day(kpi, query.get("date") ?? LAST)
  if (what === "rows") return rows(kpi, query)
  if (what === "series") return series(kpi, query)
  return what === "origin" ? origin(query) : undefined
}
