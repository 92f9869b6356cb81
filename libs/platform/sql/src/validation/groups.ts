/** The exact validation of rows that belong together: what is known about their group, and which rules they break. */
import {
  rowColumnsRead,
  type Aggregate,
  type Dataset,
  type Field,
  type GroupFact,
  type GroupRule,
  isMoment,
  keyRules,
  type Node,
  windowInFile,
} from "@pos/contract"
import { Effect } from "effect"
import type { ColumnReference, Scope } from "../dialect.ts"
import { duckdb } from "../dialects/duckdb.ts"
import type { UnsupportedInDialect } from "../errors.ts"
import { expression } from "../expression.ts"
import type { DatasetPlan } from "../plan.ts"
import { MASKED } from "../words.ts"
import { validatedName } from "./validated.ts"

type Exact = DatasetPlan["validation"]["exact"]
type Partial<A> = Effect.Effect<A, UnsupportedInDialect>

const text = duckdb.textLiteral
const quoted = duckdb.identifier

/** How a rule sees a value of the validated rows: moments are in seconds, days are texts. */
const seen = ({ column }: Field, stored: string): string => {
  if (isMoment(column)) return `(CAST(${stored} AS DOUBLE) / 1000000.0)`
  return column.kind === "date" ? duckdb.asText(stored) : stored
}

/** How people read it. */
const shown = ({ column }: Field, stored: string): string =>
  duckdb.asText(isMoment(column) ? `make_timestamp(${stored})` : stored)

const LINE_OF_FIRST = quoted("group.first line")

/** The columns of `rows` in which a row and its group's first row have the field's value. */
const columnsIn = (data: Dataset) => ({
  own: (field: Field): string => quoted(validatedName(data, field)),
  first: (field: Field): string => quoted(`group.first ${validatedName(data, field)}`),
})

const fieldsNamed = (data: Dataset, names: ReadonlyArray<string>): ReadonlyArray<Field> =>
  names.flatMap((name) => data.fields.filter((field) => field.name === name))

/** The row's columns alone: what is added up over a group. */
const rowScope = (data: Dataset): Scope => ({
  dialect: duckdb,
  column: (name) => {
    const [field] = fieldsNamed(data, [name])
    return field && { sql: seen(field, columnsIn(data).own(field)), column: field.column }
  },
})

const factReference = ({ of, name, column }: GroupFact, data: Dataset): ColumnReference => {
  if (of.op === "isFirst") return { sql: `(line = ${LINE_OF_FIRST})`, column }
  if (of.op === "first") return { sql: seen(of.field, columnsIn(data).first(of.field)), column }
  return { sql: quoted(name), column }
}

const ruleScope = (rule: GroupRule, data: Dataset): Scope => ({
  dialect: duckdb,
  column: (name) => {
    const fact = rule.facts.find((one) => one.name === name)
    return fact === undefined ? rowScope(data).column(name) : factReference(fact, data)
  },
})

const isRead = (fact: GroupFact, field: Field): boolean => fact.of.op === "first" && fact.of.field.name === field.name

type AggregateFact = GroupFact & { readonly of: Aggregate }

const isAggregate = (fact: GroupFact): fact is AggregateFact =>
  fact.of.op !== "isFirst" && fact.of.op !== "sameAsFirst" && fact.of.op !== "first"

const aggregateOf = ({ of, column, name }: AggregateFact, data: Dataset): Partial<string> => {
  if (of.op === "count") return Effect.succeed(`count(*) AS ${quoted(name)}`)
  return Effect.map(expression(of.of, rowScope(data)), ({ sql }) => {
    const call =
      of.op === "countWhere"
        ? `count(*) FILTER (${sql})`
        : of.op === "countDistinct"
          ? `count(DISTINCT ${sql})`
          : `${of.op}(${sql})`
    return `CAST(${call} AS ${duckdb.typeName(column)}) AS ${quoted(name)}`
  })
}

interface Source {
  /** The relation that the rules read. */
  readonly from: "good" | "kept"
  /** Only groups of several rows can break the rules. */
  readonly onlySeveral: boolean
  /** How many days apart the business dates of rows may be that share a key; `undefined` where dates make no difference. */
  readonly window?: number | undefined
}

/** Names that no column has. */
const DATE = quoted("group.date")
const FIRST_DATE = quoted("group.first date")

/** The business date of a validated row. */
const dateOf = (data: Dataset): string => {
  const { businessDate, eventTime } = data
  if (businessDate === undefined) return "NULL"
  const [column] = fieldsNamed(data, ["column" in businessDate ? businessDate.column : (eventTime?.column ?? "")])
  const stored = column === undefined ? "NULL" : columnsIn(data).own(column)
  return "column" in businessDate ? stored : duckdb.businessDate(stored, businessDate)
}

/**
 * The relation, with what its rows must agree in to share a group: with the columns themselves, for rows of one key also in
 * the date of the first row that they are near to.
 */
const grouped = (by: ReadonlyArray<string>, data: Dataset, { from, window }: Source) => {
  if (window === undefined) return { relation: from, by }
  const dated = `(SELECT *, ${dateOf(data)} AS ${DATE} FROM ${from})`
  if (window === 0) return { relation: dated, by: [...by, DATE] }
  const names = by.join(", ")
  const firsts = `SELECT ${names}, ${duckdb.firstDates(DATE, "line", window)} AS "group.first dates"
    FROM ${dated} GROUP BY ${names} HAVING count(*) > 1`
  const relation = `(SELECT each_row.*, ${duckdb.nearest('firsts."group.first dates"', `each_row.${DATE}`, window)} AS ${FIRST_DATE}
    FROM ${dated} AS each_row JOIN (${firsts}) AS firsts ON ${by.map((name) => `each_row.${name} = firsts.${name}`).join(" AND ")})`
  return { relation, by: [...by, FIRST_DATE] }
}

/** The rows with what the rules, which all group by the same columns, ask about their groups. */
const rowsOf = (rules: ReadonlyArray<GroupRule>, data: Dataset, source: Source): Partial<string> =>
  Effect.gen(function* () {
    const { from, onlySeveral } = source
    const { own, first } = columnsIn(data)
    const facts = [...new Map(rules.flatMap((rule) => rule.facts).map((fact) => [fact.name, fact])).values()]
    const { by, relation } = grouped(fieldsNamed(data, rules[0]?.groupBy ?? []).map(own), data, source)
    const aggregates = facts.filter(isAggregate)
    const computed = yield* Effect.all(aggregates.map((fact) => aggregateOf(fact, data)))
    const compared = data.fields.map((field) => `one.${own(field)} IS NOT DISTINCT FROM other.${own(field)}`)
    const ofFirst = [
      ...data.fields
        .filter((field) => facts.some((fact) => isRead(fact, field)))
        .map((field) => `other.${own(field)} AS ${first(field)}`),
      ...facts
        .filter(({ of }) => of.op === "sameAsFirst")
        .map(({ name }) => `${compared.join("\n    AND ")} AS ${quoted(name)}`),
    ]
    const known = aggregates.map(({ name }) => `about.${quoted(name)}`)
    return [
      `SELECT one.*, about.${LINE_OF_FIRST}${[...known, ...ofFirst].map((sql) => `,\n  ${sql}`).join("")}`,
      `FROM ${relation} AS one`,
      `JOIN (`,
      `  SELECT ${[...by, `min(line) AS ${LINE_OF_FIRST}`, ...computed].join(",\n    ")}`,
      `  FROM ${relation} GROUP BY ${by.join(", ")}${onlySeveral ? " HAVING count(*) > 1" : ""}`,
      `) AS about ON ${by.map((name) => `one.${name} = about.${name}`).join(" AND ")}`,
      ...(ofFirst.length > 0 ? [`JOIN ${from} AS other ON other.line = about.${LINE_OF_FIRST}`] : []),
    ].join("\n")
  })

/** `business_date 2026-03-01, first on line 2`: which group it is, and the row that stands for it. */
const hintOf = ({ groupBy, column }: GroupRule, data: Dataset): string => {
  const others = fieldsNamed(data, groupBy).filter(({ name, personal }) => name !== column && !personal)
  const parts = others.map((field) => `${text(`${field.name} `)} || ${shown(field, columnsIn(data).own(field))}`)
  return [...parts, `${text("first on line ")} || ${LINE_OF_FIRST}`].join(" || ', ' || ")
}

const detailOf = (node: Node, rule: GroupRule, data: Dataset): Partial<string> => {
  const read = fieldsNamed(data, rowColumnsRead(node, rule.facts))
  if (read.some(({ personal }) => personal)) return Effect.succeed(text(MASKED))
  if (node.op === "column") {
    const [field] = fieldsNamed(data, [node.name])
    if (field !== undefined) return Effect.succeed(shown(field, columnsIn(data).own(field)))
    const of = rule.facts.find(({ name }) => name === node.name)?.of
    if (of?.op === "first") return Effect.succeed(shown(of.field, columnsIn(data).first(of.field)))
  }
  return Effect.map(expression(node, ruleScope(rule, data)), ({ sql }) => duckdb.asText(sql))
}

const ruleOf = (rule: GroupRule, data: Dataset): Partial<Exact["keys"]["rules"][number]> =>
  Effect.gen(function* () {
    const { sql } = yield* expression(rule.violatedWhen, ruleScope(rule, data))
    const [field] = fieldsNamed(data, [rule.column])
    return {
      code: rule.id,
      severity: rule.severity,
      drops: rule.drops,
      column: rule.column,
      value: field === undefined ? "NULL" : shown(field, columnsIn(data).own(field)),
      detail: rule.detail === undefined ? null : yield* detailOf(rule.detail, rule, data),
      hint: hintOf(rule, data),
      sql: `coalesce(${sql}, false)`,
    }
  })

const compiled = (rules: ReadonlyArray<GroupRule>, data: Dataset, source: Source): Partial<Exact["keys"]> =>
  Effect.all({
    rows: rowsOf(rules, data, source),
    rules: Effect.all(rules.map((rule) => ruleOf(rule, data))),
  })

/** Rules that group by the same columns are judged together. */
export const exactGroups = (data: Dataset): Partial<Pick<Exact, "keys" | "groups">> => {
  const together = new Map<string, ReadonlyArray<GroupRule>>()
  for (const rule of data.groupRules ?? []) {
    const by = JSON.stringify(rule.groupBy)
    together.set(by, [...(together.get(by) ?? []), rule])
  }
  const groups = [...together.values()].map((rules) => compiled(rules, data, { from: "kept", onlySeveral: false }))
  return Effect.all({
    keys: compiled(keyRules(data), data, { from: "good", onlySeveral: true, window: windowInFile(data) }),
    groups: Effect.all(groups),
  })
}
