import type { BusinessDate, Column, Precision } from "@pos/contract"
import type { TableDialect } from "../dialect.ts"

const textLiteral = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`

const typeName = (column: Column): string => {
  switch (column.kind) {
    case "boolean":
      return "BOOLEAN"
    case "text":
    case "oneOf":
      return "STRING"
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

const MICROS_PER_HOUR = 3_600_000_000
const MICROS_PER_DAY = 86_400_000_000

/**
 * Microseconds of the local wall clock, set back by the cut-off, in whole days. Casting a timestamp to a date would use
 * the session's time zone; `from_utc_timestamp` shifts the instant itself and so does not depend on it.
 */
const businessDate = (micros: string, { timeZone, cutoffHour }: BusinessDate): string => {
  const local =
    timeZone === "UTC"
      ? micros
      : `unix_micros(from_utc_timestamp(timestamp_micros(${micros}), ${textLiteral(timeZone)}))`
  const day = cutoffHour === 0 ? local : `(${local} - ${cutoffHour * MICROS_PER_HOUR})`
  // `div` rounds towards zero: without the remainder a moment before 1970 would fall on the next day.
  return `date_from_unix_date(CAST((${day} - pmod(${day}, ${MICROS_PER_DAY})) div ${MICROS_PER_DAY} AS INT))`
}

/** Not by `hour`, which goes by the session's time zone. */
const localHour = (timestamp: string, timeZone: string): string =>
  `pmod(unix_micros(from_utc_timestamp(${timestamp}, ${textLiteral(timeZone)})), ${MICROS_PER_DAY}) div ${MICROS_PER_HOUR}`

/** Spark sums decimals of so many digits up as 64-bit numbers. Of longer ones it makes objects for each row. */
const FAST_DIGITS = 8
const MOST_DIGITS = 38
/** Longer decimals are objects before they are summed up. */
const NUMBER_DIGITS = 18

/** Most amounts are short: these are summed up by themselves, and the others as they are. */
const decimalSum = (sql: string, { precision, scale }: Precision, column: Column & Precision): string | undefined => {
  if (precision <= FAST_DIGITS || precision > NUMBER_DIGITS || scale >= FAST_DIGITS || column.precision >= MOST_DIGITS)
    return undefined
  const short = `try_cast(${sql} AS ${typeName({ kind: "decimal", precision: FAST_DIGITS, scale })})`
  const part = (sum: string) => `coalesce(CAST(${sum} AS ${typeName(column)}), 0)`
  return `${part(`sum(${short})`)} + ${part(`sum(${sql}) FILTER (WHERE ${short} IS NULL)`)}`
}

export const spark: TableDialect = {
  name: "spark",
  identifier: (name) => `\`${name.replaceAll("`", "``")}\``,
  textLiteral,
  floatLiteral: (value) => `CAST(${value} AS DOUBLE)`,
  parameter: (name) => `CAST({${name}} AS DOUBLE)`,
  typeName,
  decimalSum,
  asText: (sql) => `CAST(${sql} AS STRING)`,
  codePoints: (sql) => `char_length(${sql})`,
  patternSyntax: { codePoint: (hex) => (hex.length === 4 ? `\\u${hex}` : `\\x{${hex}}`), end: "\\z" },
  matches: (sql, pattern) => `(${sql} RLIKE ${textLiteral(pattern)})`,
  timestamp: (micros) => `timestamp_micros(${micros})`,
  businessDate,
  localHour,
  periodStart: (date, grain) => `trunc(${date}, '${grain}')`,
  collect: (fields, condition) =>
    `collect_list(named_struct(${Object.entries(fields)
      .map(([name, sql]) => `'${name}', ${sql}`)
      .join(", ")})) FILTER (WHERE ${condition})`,
  daysBetween: (from, to) => `datediff(${to}, ${from})`,
  firstDates: (date, rank, days) =>
    `aggregate(array_sort(collect_list(struct(${rank} AS place, ${date} AS day))), CAST(array() AS ARRAY<DATE>), ` +
    `(found, one) -> IF(exists(found, d -> abs(datediff(d, one.day)) <= ${days}), found, array_append(found, one.day)))`,
  nearest: (firstDates, date, days) => `filter(${firstDates}, d -> abs(datediff(d, ${date})) <= ${days})[0]`,
}
