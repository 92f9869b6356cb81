/** Prints a query's result as it arrives: as a table for people, as CSV or JSON for scripts. */
import { Console, Effect, Ref, Stream } from "effect"
import type { QueryResult } from "../lake.ts"
import { csvLine } from "./csv.ts"
import type { Json } from "./json.ts"
import { dim } from "./style.ts"
import { table } from "./table.ts"
import { counted } from "./text.ts"
import { safeJson, visible, visibleLines } from "./visible.ts"

export type RowFormat = "table" | "csv" | "json"

export const rowFormat = ({ csv, json }: { readonly csv: boolean; readonly json: boolean }): RowFormat =>
  json ? "json" : csv ? "csv" : "table"

/** Rows that a table for people shows; scripts get all of them. */
const SHOWN = 100

/** How many rows were printed. */
export const printRows = (rows: QueryResult, format: RowFormat) => {
  switch (format) {
    case "csv":
      return printCsv(rows)
    case "json":
      return printJson(rows)
    case "table":
      return printTable(rows)
  }
}

const printCsv = Effect.fnUntraced(function* ({ columns, batches }: QueryResult) {
  // A file or a pipe gets the characters that are there, a screen what can be shown.
  const shown = process.stdout.isTTY ? visibleLines : (text: string) => text
  yield* Console.log(shown(csvLine(columns.map(({ name }) => name))))
  return yield* Stream.runFoldEffect(
    batches,
    () => 0,
    (count, batch) => Effect.as(Console.log(shown(batch.map(csvLine).join("\n"))), count + batch.length),
  )
})

/** An array with one object a line, written batch by batch, so that a large result needs no large memory. */
const printJson = Effect.fnUntraced(function* ({ columns, batches }: QueryResult) {
  const object = (row: ReadonlyArray<Json>) =>
    safeJson(Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))
  const held = yield* Ref.make<string | undefined>(undefined)
  const printed = yield* Stream.runFoldEffect(
    batches,
    () => 0,
    Effect.fnUntraced(function* (count, batch) {
      const before = yield* Ref.getAndSet(held, batch.map(object).join(",\n"))
      yield* Console.log(before === undefined ? "[" : `${before},`)
      return count + batch.length
    }),
  )
  const last = yield* Ref.get(held)
  yield* Console.log(last === undefined ? "[]" : `${last}\n]`)
  return printed
})

const NUMERIC = /^(DECIMAL|DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)/

const printTable = Effect.fnUntraced(function* ({ columns, batches }: QueryResult) {
  const rows = (yield* batches.pipe(
    Stream.flatMap(Stream.fromIterable),
    Stream.take(SHOWN + 1),
    Stream.runCollect,
  )).slice()
  const titles = columns.map(({ name, type }) => ({
    title: visible(name),
    align: NUMERIC.test(type) ? ("right" as const) : ("left" as const),
  }))
  yield* Console.log(
    table(
      titles,
      rows.slice(0, SHOWN).map((row) => row.map(cell)),
    ).join("\n"),
  )
  yield* Console.log(
    dim(rows.length > SHOWN ? `The first ${SHOWN} rows. All of them: --csv or --json.` : counted(rows.length, "row")),
  )
  return Math.min(rows.length, SHOWN)
})

const cell = (value: Json): string => {
  if (value === null) return ""
  const text = typeof value === "object" ? JSON.stringify(value) : String(value)
  return visible(text)
}
