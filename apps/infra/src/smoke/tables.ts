/** The tables as a reader sees them: by the command line, which reads Delta wherever it lies. */
import { execFile } from "node:child_process"
import { resolve } from "node:path"
import { Deployment, NotChecked, Problem } from "@pos/deployment"
import { Effect } from "effect"
import { type Cells, DATE, expected } from "./canary.ts"

const pos = resolve(import.meta.dirname, "../../../../node_modules/.bin/pos")

interface Answer {
  readonly code: number
  readonly out: string
  readonly err: string
}

const query = (stack: string, statement: string) =>
  Effect.callback<Answer>((resume) => {
    const child = execFile(
      process.execPath,
      [pos, "sql", statement, "--stack", stack, "--json"],
      { maxBuffer: 2 ** 24 },
      (error, out, err) => resume(Effect.succeed({ code: error === null ? 0 : Number(error.code ?? 1), out, err })),
    )
    return Effect.sync(() => child.kill())
  })

const readTable = Effect.fnUntraced(function* (stack: string, table: string) {
  const { code, err, out } = yield* query(stack, `SELECT * FROM ${table} WHERE date = '${DATE}' ORDER BY 1, 2`)
  if (code === 0) return JSON.parse(out) as ReadonlyArray<Cells>
  // A table that nobody has made holds nothing.
  if (err.includes("There is no data")) return []
  return yield* new NotChecked({ reason: `The table ${table} can't be read from here: ${err.trim()}` })
})

const shown = (rows: ReadonlyArray<Cells>, names: ReadonlyArray<string>): string =>
  rows.length === 0
    ? "nothing"
    : rows.map((row) => names.map((name) => `${name} ${String(row[name])}`).join(", ")).join(" / ")

const same = (found: string | number | null | undefined, wanted: string | number | null): boolean =>
  found === wanted || (found !== null && found !== undefined && wanted !== null && Number(found) === Number(wanted))

/** Whether the tables hold the canary's rows and figures on its date, or, once they are dropped, nothing at all. */
export const tablesHold = Effect.fn("tablesHold")(function* (canary: boolean) {
  const { stack } = yield* Deployment
  for (const [table, rows] of Object.entries(expected)) {
    const found = yield* readTable(stack, table)
    const wanted = canary ? rows : []
    const names = Object.keys(rows[0] ?? {})
    const equal =
      found.length === wanted.length &&
      wanted.every((row, at) => names.every((name) => same(found[at]?.[name], row[name] ?? null)))
    if (!equal) {
      return yield* new Problem({
        what: `The table ${table} holds on ${DATE}: ${shown(found, names)}; it should hold: ${shown(wanted, names)}.`,
        next: `Look at the run and the tables: npx pos runs --stack ${stack}; npx pos repair --stack ${stack}.`,
      })
    }
  }
  return Object.keys(expected).length
})
