/** The exact validation of rows that share a key: what tells them apart, and which rules they break. */
import { type Dataset, type GroupRule, groupRules, isMoment } from "@pos/contract"
import { duckdb } from "../dialects/duckdb.ts"
import type { DatasetPlan } from "../plan.ts"
import { validatedName } from "./validated.ts"

type Groups = DatasetPlan["validation"]["exact"]["groups"]

const text = duckdb.textLiteral

const VIOLATED: Record<GroupRule["violatedBy"], string> = { otherValues: "NOT same", sameValues: "same" }

const fieldsNamed = (data: Dataset, names: ReadonlyArray<string>) =>
  names.flatMap((name) => data.fields.filter((field) => field.name === name))

/** A value of the validated rows as people read it. */
const shown = (data: Dataset, field: Dataset["fields"][number]): string => {
  const name = duckdb.identifier(validatedName(data, field))
  return `CAST(${isMoment(field.column) ? `make_timestamp(${name})` : name} AS VARCHAR)`
}

/** `business_date 2026-03-01, first on line 2`: the rest of the key, and the row that the others are compared with. */
const hint = (data: Dataset): string => {
  const others = fieldsNamed(data, data.key.slice(1)).filter(({ personal }) => !personal)
  const parts = others.map((field) => `${text(`${field.name} `)} || ${shown(data, field)} || ', '`)
  return [...parts, text("first on line "), "first_value(line) OVER same_key"].join(" || ")
}

/** Only keys that come again are compared: a file has few of them, and a window over all of its rows is slow. */
const copies = (data: Dataset): string => {
  const key = fieldsNamed(data, data.key).map((field) => duckdb.identifier(validatedName(data, field)))
  const [first] = fieldsNamed(data, data.key)
  const same = data.fields
    .map((field) => duckdb.identifier(validatedName(data, field)))
    .map((name) => `${name} IS NOT DISTINCT FROM first_value(${name}) OVER same_key`)
  return [
    "SELECT line, value, hint, same FROM (",
    `  SELECT line, ${first === undefined ? "NULL" : shown(data, first)} AS value,`,
    `    ${same.join("\n    AND ")} AS same,`,
    `    ${hint(data)} AS hint,`,
    "    first_value(line) OVER same_key AS first_line",
    "  FROM good",
    `  WHERE (${key.join(", ")}) IN (SELECT (${key.join(", ")}) FROM good GROUP BY ${key.join(", ")} HAVING count(*) > 1)`,
    `  WINDOW same_key AS (PARTITION BY ${key.join(", ")} ORDER BY line)`,
    ") WHERE line <> first_line",
  ].join("\n")
}

export const exactGroups = (data: Dataset): Groups => ({
  copies: copies(data),
  rules: groupRules(data).map(({ code, column, severity, violatedBy }) => ({
    code,
    severity,
    column,
    sql: VIOLATED[violatedBy],
  })),
})
