import { list, type Roles, validatedName } from "./columns.ts"
import type { TransformDialect } from "./dialect.ts"
import { SOURCE_ORDER } from "../tables.ts"
import { PART, relations, SOURCE_FILE, type TransformInput } from "./input.ts"
import type { Step } from "./schema.ts"
import { check, table, view } from "./step.ts"

/** The run's rows as curated ones, and the dates that they are on. */
export const read = (dialect: TransformDialect, input: TransformInput, roles: Roles): ReadonlyArray<Step> => {
  const from = (file?: string) => incoming(dialect, input, partition(dialect, input, roles), file)
  const rows = view(relations.incoming, from())
  if (roles.days === 0) return [rows, check("dates", dates(dialect, roles))]
  if (!adoptsParts(dialect, roles)) return [rows, check("dates", datesOfAll(dialect, roles, relations.incoming))]
  return [
    rows,
    view(relations.parted, from(PART)),
    (dialect.keepsCounts ? table : view)(relations.counted, counted(dialect, input, roles)),
    check("dates", datesOfAll(dialect, roles, relations.ends)),
  ]
}

/**
 * The parts of which the first and the last instant are on one date, and so is what lies between: in UTC a later instant
 * is never on an earlier date. Elsewhere clocks are set back, and have been past midnight.
 */
export const whole = (
  dialect: TransformDialect,
  input: TransformInput,
  roles: Roles,
): { readonly whole?: ReadonlyArray<Step> } => {
  if (!toldByEnds(dialect, input, roles)) return {}
  const date = dialect.identifier(roles.partition)
  const sql = `SELECT min(${date}) AS ${date}, ${PART}, max(line_count) AS line_count
FROM (
  SELECT ${businessDate(dialect, roles, input.eventTime)} AS ${date}, v.${PART}, v.line_count
  FROM ${relations.spans} AS v
) AS ends_of_parts
GROUP BY ${PART}
HAVING min(${date}) = max(${date})`
  return {
    whole: [
      table(relations.wholeParts, sql),
      check("counted_parts", `SELECT ${PART} FROM ${relations.wholeParts} ORDER BY ${PART}`),
    ],
  }
}

/** Whether the two ends of a part can tell the date of all its rows. */
const toldByEnds = (dialect: TransformDialect, input: TransformInput, roles: Roles): boolean =>
  dialect.keepsCounts &&
  roles.days > 0 &&
  adoptsParts(dialect, roles) &&
  input.eventTime !== undefined &&
  "timeZone" in roles.businessDate &&
  roles.businessDate.timeZone === "UTC"

/** Whether the table may take over parts. Where the latest row wins, rows have an age that their files lack. */
export const adoptsParts = (dialect: TransformDialect, roles: Roles): boolean =>
  dialect.adoptsParts && !roles.latestWins

/** The curated table's partition of a validated row `v`. */
export const partition = (
  dialect: TransformDialect,
  input: TransformInput,
  roles: Roles,
): { readonly column: string; readonly sql: string } => ({
  column: roles.partition,
  sql: businessDate(dialect, roles, input.eventTime),
})

const businessDate = (dialect: TransformDialect, { businessDate: of }: Roles, eventTime?: string): string =>
  "column" in of
    ? `v.${dialect.identifier(of.column)}`
    : dialect.businessDate(`v.${dialect.identifier(`${eventTime}_us`)}`, of)

const OVERLAPPING = "lowest <= highest_before"
/** More of them are not told: a condition of so many ranges would cost more than it saves. */
const MOST_OVERLAPS = 64

/** Validated rows → curated columns, of which one may hold the business date, and `file`, what each row came in. */
export const incoming = (
  dialect: TransformDialect,
  input: TransformInput,
  date?: { readonly column: string; readonly sql: string },
  file: string = SOURCE_FILE,
): string => {
  const latestWins = input.acrossFiles === "latestWins"
  const columns = input.curated.columns.map((column) => {
    const name = dialect.identifier(column.name)
    if (column.name === SOURCE_ORDER) return `o.${name}`
    if (column.name === date?.column) return `${date.sql} AS ${name}`
    if (column.type === "timestamp") {
      return `${dialect.timestamp(`v.${dialect.identifier(validatedName(column))}`)} AS ${name}`
    }
    return `v.${name}`
  })
  const sources = latestWins ? ` JOIN ${relations.sources} AS o USING (${SOURCE_FILE})` : ""
  const named = latestWins ? file : `v.${file}`
  return `SELECT ${[...columns, named].join(", ")}\nFROM ${relations.validated} AS v${sources}`
}

/**
 * Rows of each date, and whether two files can have sent the same key on it. Within a file keys are unique (validation
 * proves it), so that only files whose key ranges overlap need a closer look.
 */
const dates = (dialect: TransformDialect, roles: Roles): string => {
  const date = dialect.identifier(roles.partition)
  const lead = dialect.identifier(roles.lead)
  return `SELECT ${date}, CAST(sum(line_count) AS BIGINT) AS line_count, coalesce(max(overlapping), 0) = 1 AS shared
FROM (
  SELECT ${date}, line_count, CASE WHEN lowest <= max(highest) OVER (
    PARTITION BY ${date} ORDER BY lowest, highest, ${SOURCE_FILE} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) THEN 1 ELSE 0 END AS overlapping
  FROM (
    SELECT ${list(dialect, [roles.partition])}, ${SOURCE_FILE}, count(*) AS line_count, min(${lead}) AS lowest, max(${lead}) AS highest
    FROM ${relations.incoming}
    GROUP BY ${date}, ${SOURCE_FILE}
  ) AS per_file
) AS ranges
GROUP BY ${date}
ORDER BY ${date}`
}

/**
 * The same where a key may come again on another date: then it is the files' whole ranges that must not overlap. These
 * are read off `ends`; where that is not `incoming` itself, the rows have been `counted`.
 *
 * What a file has in common with all files that begin before it lies between its own beginning and the end of the one
 * that ends last: a key that two files have is in such an overlap.
 */
const datesOfAll = (dialect: TransformDialect, roles: Roles, ends: string): string => {
  const date = dialect.identifier(roles.partition)
  const lead = dialect.identifier(roles.lead)
  const [source, count] =
    ends === relations.incoming ? [ends, "count(*)"] : [relations.counted, "CAST(sum(line_count) AS BIGINT)"]
  const overlap = dialect.collect({ lowest: "lowest", highest: "least(highest, highest_before)" }, OVERLAPPING)
  return `SELECT ${date}, ${count} AS line_count, max(overlapping) = 1 AS shared, any_value(shared_ranges) AS shared_ranges, min(lowest) AS lowest, max(highest) AS highest
FROM ${source} CROSS JOIN (
  SELECT coalesce(max(CASE WHEN ${OVERLAPPING} THEN 1 ELSE 0 END), 0) AS overlapping, CASE WHEN count_if(${OVERLAPPING}) <= ${MOST_OVERLAPS} THEN ${overlap} END AS shared_ranges, min(lowest) AS lowest, max(highest) AS highest
  FROM (
    SELECT lowest, highest, max(highest) OVER (
      ORDER BY lowest, highest, ${SOURCE_FILE} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS highest_before
    FROM (
      SELECT ${SOURCE_FILE}, min(${lead}) AS lowest, max(${lead}) AS highest
      FROM ${ends}
      GROUP BY ${SOURCE_FILE}
    ) AS per_file
  ) AS ranges
) AS files
GROUP BY ${date}
ORDER BY ${date}`
}

/** How many rows each part, and all other rows, have of each date. Parts that are told by their ends are left out of `parted`. */
const counted = (dialect: TransformDialect, input: TransformInput, roles: Roles): string => {
  const date = dialect.identifier(roles.partition)
  const told = toldByEnds(dialect, input, roles)
    ? `\nUNION ALL\nSELECT ${date}, ${PART}, line_count FROM ${relations.wholeParts}`
    : ""
  return `SELECT ${date}, ${PART}, count(*) AS line_count
FROM ${relations.parted}
GROUP BY ${date}, ${PART}${told}`
}
