import { DuckDBInstance } from "@duckdb/node-api"
import type { Row } from "@pos/contract"
import { BigDecimal, Effect } from "effect"

/** Asks DuckDB; every value comes back as text, or NULL. */
export const ask = (
  statements: ReadonlyArray<string>,
  question: string,
): Effect.Effect<ReadonlyArray<ReadonlyArray<string | null>>> =>
  Effect.promise(async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    try {
      for (const statement of statements) await connection.run(statement)
      return (await connection.runAndReadAll(question)).getRowsJson() as ReadonlyArray<ReadonlyArray<string | null>>
    } finally {
      connection.closeSync()
    }
  })

/** A value as every engine's SQL reads it from text. */
export const literalOf = (value: unknown): string => {
  if (value === undefined) return "NULL"
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`
  return `'${BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : String(value)}'`
}

/** `CREATE TABLE line` with the rows of the generator, numbered. */
export const lineTable = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => [
  'CREATE TABLE line(n BIGINT, note VARCHAR, id VARCHAR, units BIGINT, amount DECIMAL(18,4), tip DECIMAL(18,4), "at" DOUBLE)',
  `INSERT INTO line VALUES ${rows
    .map(
      (row, n) =>
        `(${[n, ...["note", "id", "units", "amount", "tip", "at"].map((name) => literalOf(row[name]))].join(", ")})`,
    )
    .join(", ")}`,
]
