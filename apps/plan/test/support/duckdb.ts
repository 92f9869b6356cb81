/** Runs a plan's exact validation, as the validation job does. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import type { DatasetContent } from "@pos/sql"

export interface Cell {
  readonly text: string | null
  /** The source had another type than the column. */
  readonly wrong: boolean
}

export interface Verdicts {
  /** Rule ids per row, in the plan's order. */
  readonly broken: ReadonlyArray<ReadonlyArray<string>>
  /** The validated columns per row, as text. */
  readonly values: ReadonlyArray<Readonly<Record<string, string | null>>>
}

const eventTime = (sql: string, moment: number): string => sql.replaceAll("{event_time}", String(moment))

const fill = async (connection: DuckDBConnection, plan: DatasetContent, rows: ReadonlyArray<Record<string, Cell>>) => {
  const columns = plan.columns.map(({ name }) => `"${name}" VARCHAR, "${name}__wrong" BOOLEAN`)
  await connection.run(`CREATE TABLE raw(line BIGINT, ${columns.join(", ")})`)
  const appender = await connection.createAppender("raw")
  for (const [line, row] of rows.entries()) {
    appender.appendBigInt(BigInt(line))
    for (const { name } of plan.columns) {
      const cell = row[name]
      if (cell === undefined || cell.text === null) appender.appendNull()
      else appender.appendVarchar(cell.text)
      appender.appendBoolean(cell?.wrong ?? false)
    }
    appender.endRow()
  }
  appender.closeSync()
}

/** The plan's verdict about each row. */
export const judge = async (
  plan: DatasetContent,
  rows: ReadonlyArray<Record<string, Cell>>,
  moment: number,
): Promise<Verdicts> => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  try {
    await fill(connection, plan, rows)
    const { exact } = plan.validation
    await connection.run(`CREATE TABLE typed AS ${eventTime(exact.typed, moment)}`)
    const broken: Array<Array<string>> = rows.map(() => [])
    for (const rule of exact.rules) {
      const found = await connection.runAndReadAll(`SELECT line FROM typed WHERE ${eventTime(rule.sql, moment)}`)
      for (const [line] of found.getRows()) broken[Number(line)]?.push(rule.id)
    }
    const texts = exact.columns.map(({ name }) => `CAST("${name}" AS VARCHAR) AS "${name}"`)
    const read = await connection.runAndReadAll(`SELECT ${texts.join(", ")} FROM (${exact.select}) ORDER BY line`)
    return { broken, values: read.getRowObjectsJson() as ReadonlyArray<Record<string, string | null>> }
  } finally {
    connection.closeSync()
  }
}
