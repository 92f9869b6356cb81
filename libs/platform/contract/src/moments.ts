/** Every moment that is accepted has a business date: what a dataset's own rules leave open is closed here. */
import { MOMENTS } from "./bounds.ts"
import { Expr, gte, lt, or, coalesce } from "./expression/expr.ts"
import { type Field, isMoment } from "./fields.ts"
import { type Rule, ruleOf } from "./rule.ts"

const momentRule = ({ name, column: { kind }, required }: Field): Rule => {
  const column = new Expr<number>({ op: "column", name, kind: "float" })
  const moment = required ? column : coalesce(column, 0)
  return ruleOf({
    id: `${name}_outside_calendar`,
    severity: "error",
    dimension: "timeliness",
    column: name,
    violatedWhen: or(lt(moment, MOMENTS.from), gte(moment, MOMENTS.before)).node,
    detail: undefined,
    words: {
      message: "{column} is {value}, which is no moment between the years 1900 and 9999.",
      meaning: "The moment lies before the year 1900 or after the year 9999: it has no business date.",
      remedy:
        kind === "timestamp"
          ? "Send the moment with its year and zone, such as 2026-01-01T00:00:00Z."
          : "Send the moment as seconds since 1970-01-01 UTC, such as 1767225600.",
    },
  })
}

/** Whether the rule refuses each moment on this side of the calendar: a comparison of the column with a number. */
const refuses = (rule: Rule, column: string, side: "from" | "before"): boolean => {
  const { violatedWhen: broken } = rule
  if (rule.severity !== "error" || !("left" in broken) || !("right" in broken)) return false
  const { left, right } = broken
  if (left.op !== "column" || left.name !== column || right.op !== "literal" || right.kind !== "float") return false
  if (side === "from") return (broken.op === "lt" || broken.op === "lte") && right.value >= MOMENTS.from
  return (broken.op === "gt" || broken.op === "gte") && right.value <= MOMENTS.before
}

/** A rule for each column of moments that the dataset's own leave open on one side; judged after them. */
export const momentRules = (fields: ReadonlyArray<Field>, own: ReadonlyArray<Rule>): ReadonlyArray<Rule> =>
  fields
    .filter(({ column }) => isMoment(column))
    .filter(({ name }) => !(["from", "before"] as const).every((side) => own.some((rule) => refuses(rule, name, side))))
    .map(momentRule)
