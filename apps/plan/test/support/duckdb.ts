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
  /** Codes of the rules about groups per row, in the plan's order. */
  readonly ofGroups: ReadonlyArray<ReadonlyArray<string>>
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

const without = (lines: ReadonlyArray<number>): string => `WHERE line NOT IN (${[-1, ...lines].join(", ")})`

/** The rules about keys, then those about other groups, over the rows that no error of their own makes invalid. */
const judgeGroups = async (
  connection: DuckDBConnection,
  { validation: { exact } }: DatasetContent,
  bad: ReadonlyArray<number>,
  moment: number,
): Promise<ReadonlyArray<readonly [line: number, code: string]>> => {
  const found: Array<readonly [number, string]> = []
  const broken = async ({ rows, rules }: typeof exact.keys) => {
    const taken: Array<number> = []
    for (const rule of rules) {
      const sql = `SELECT line FROM (${rows}) WHERE ${rule.sql}`
      const lines = (await connection.runAndReadAll(eventTime(sql, moment))).getRows().map(([line]) => Number(line))
      found.push(...lines.map((line) => [line, rule.code] as const))
      if (rule.drops || rule.severity === "error") taken.push(...lines)
    }
    return taken
  }
  await connection.run(`CREATE TABLE good AS SELECT * FROM (${eventTime(exact.select, moment)}) ${without(bad)}`)
  const taken = await broken(exact.keys)
  await connection.run(`CREATE TABLE kept AS SELECT * FROM good ${without(taken)}`)
  for (const group of exact.groups) await broken(group)
  return found
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
    const bad: Array<number> = []
    for (const rule of exact.rules) {
      const found = await connection.runAndReadAll(`SELECT line FROM typed WHERE ${eventTime(rule.sql, moment)}`)
      const lines = found.getRows().map(([line]) => Number(line))
      for (const line of lines) broken[line]?.push(rule.id)
      if (rule.severity === "error") bad.push(...lines)
    }
    const ofGroups: Array<Array<string>> = rows.map(() => [])
    for (const [line, code] of await judgeGroups(connection, plan, bad, moment)) ofGroups[line]?.push(code)
    const texts = exact.columns.map(({ name }) => `CAST("${name}" AS VARCHAR) AS "${name}"`)
    const read = await connection.runAndReadAll(`SELECT ${texts.join(", ")} FROM (${exact.select}) ORDER BY line`)
    return { broken, ofGroups, values: read.getRowObjectsJson() as ReadonlyArray<Record<string, string | null>> }
  } finally {
    connection.closeSync()
  }
}
