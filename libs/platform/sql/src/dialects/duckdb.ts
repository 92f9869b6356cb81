import type { BusinessDate, Column } from "@pos/contract"
import type { TableDialect } from "../dialect.ts"

const textLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`

const typeName = (column: Column): string => {
  switch (column.kind) {
    case "boolean":
      return "BOOLEAN"
    case "text":
    case "oneOf":
      return "VARCHAR"
    case "integer":
      return column.digits === undefined ? "BIGINT" : `DECIMAL(${column.digits},0)`
    case "decimal":
      return `DECIMAL(${column.precision},${column.scale})`
    case "epochSeconds":
    case "timestamp":
      return "DOUBLE"
    case "date":
      return "DATE"
  }
}

/** Local wall-clock time, set back by the cut-off: right on the days when clocks change too. */
const businessDate = (micros: string, { timeZone, cutoffHour }: BusinessDate): string => {
  const local =
    timeZone === "UTC" ? `make_timestamp(${micros})` : `timezone(${textLiteral(timeZone)}, make_timestamptz(${micros}))`
  return `CAST(${cutoffHour === 0 ? local : `${local} - INTERVAL ${cutoffHour} HOUR`} AS DATE)`
}

export const duckdb: TableDialect = {
  name: "duckdb",
  identifier: (name) => `"${name.replaceAll('"', '""')}"`,
  textLiteral,
  floatLiteral: (value) => `CAST(${value} AS DOUBLE)`,
  parameter: (name) => `CAST({${name}} AS DOUBLE)`,
  typeName,
  asText: (sql) => `CAST(${sql} AS VARCHAR)`,
  codePoints: (sql) => `length(${sql})`,
  patternSyntax: { codePoint: (hex) => `\\x{${hex}}`, end: "$" },
  matches: (sql, pattern) => `regexp_matches(${sql}, ${textLiteral(pattern)})`,
  timestamp: (micros) => `make_timestamptz(${micros})`,
  businessDate,
  localHour: (timestamp, timeZone) => `hour(timezone(${textLiteral(timeZone)}, ${timestamp}))`,
  periodStart: (date, grain) => `CAST(date_trunc('${grain}', ${date}) AS DATE)`,
  collect: (fields, condition) =>
    `list({${Object.entries(fields)
      .map(([name, sql]) => `'${name}': ${sql}`)
      .join(", ")}}) FILTER (WHERE ${condition})`,
  daysBetween: (from, to) => `(${to} - ${from})`,
  // list_reduce keeps the type of the list's elements: these are lists already, of one date.
  firstDates: (date, rank, days) =>
    `list_reduce(list_transform(list(${date} ORDER BY ${rank}), lambda d: [d]), lambda found, one: ` +
    `CASE WHEN len(list_filter(found, lambda d: abs(d - one[1]) <= ${days})) > 0 THEN found ELSE list_concat(found, one) END)`,
  nearest: (firstDates, date, days) => `list_filter(${firstDates}, lambda d: abs(d - ${date}) <= ${days})[1]`,
}
