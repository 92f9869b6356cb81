/**
 * Declared leniency, compiled: cells as they were sent become cells in the contract's own way of writing, in DuckDB for the
 * exact validation, and by the same patterns in polars for the proof. Who declares none has none of it in the plan.
 */
import {
  type ColumnForms,
  type Dataset,
  type Field,
  type Forms,
  formsFor,
  formWords,
  isPattern,
  LOCAL_TIME,
  prefixesOf,
  readsOtherwise,
  type Rewrite,
  rewritesOf,
  type WrittenMoment,
} from "@pos/contract"
import { duckdb } from "../dialects/duckdb.ts"
import type { LeniencyPlan } from "./leniency-plan.ts"

const text = duckdb.textLiteral
const named = (name: string, part: string): string => duckdb.identifier(`${name}__${part}`)

/** The cell as it is read. */
export const readColumn = (name: string): string => named(name, "read")
/** What a value must be, in words, where another way of writing is declared for the file. */
export const formColumn = (name: string): string => named(name, "form")
/** Why a time on a zone's clocks is no moment. */
export const clockColumn = (name: string): string => named(name, "clock")
/** The cell is a number or boolean of a source that has such: nothing of it is rewritten. */
const scalarColumn = (name: string): string => named(name, "scalar")

/** What is declared, for whom: the longest prefix first, and all files last. */
const allForms = ({ leniency }: Dataset): ReadonlyArray<readonly [prefix: string, forms: Forms]> =>
  leniency === undefined ? [] : [...prefixesOf(leniency), ""].map((prefix) => [prefix, formsFor(leniency, prefix)])

const ofColumn = (forms: Forms, name: string): ColumnForms => forms.columns?.[name] ?? {}

/** The columns whose cells some files may write in another way. */
export const lenientFields = (data: Dataset): ReadonlyArray<Field> =>
  data.fields.filter(({ name }) => allForms(data).some(([, forms]) => readsOtherwise(ofColumn(forms, name))))

const written = (data: Dataset, { name }: Field) => allForms(data).map(([, forms]) => ofColumn(forms, name).written)

/** What is known of a lenient column beside its raw cell. */
export interface LenientColumn {
  readonly otherForm: boolean
  readonly clock: boolean
}

/** Whether, for some file, the column has another way of writing, and one that needs a zone's clocks. */
export const lenientColumn = (data: Dataset, field: Field): LenientColumn | undefined => {
  if (!lenientFields(data).includes(field)) return undefined
  const ways = written(data, field)
  return {
    otherForm: ways.some((way) => way !== undefined),
    clock: ways.some((way) => isPattern(way) && "zone" in way),
  }
}

const isText = ({ column: { kind } }: Field): boolean => kind === "text" || kind === "oneOf"
const isScalar = ({ column: { kind } }: Field): boolean =>
  kind === "integer" || kind === "decimal" || kind === "epochSeconds" || kind === "boolean"

const steps = (sql: string, rewrite: Rewrite): string =>
  rewrite.steps.reduce(
    (from, { find, replace }) =>
      `regexp_replace(${from}, ${text(find)}, ${text(replace.replaceAll(/\{(\d)\}/g, "\\$1"))}, 'g')`,
    sql,
  )

const when = (sql: string, rewrite: Rewrite): string =>
  `WHEN ${duckdb.matches(sql, rewrite.matches)} THEN ${steps(sql, rewrite)}`

/** The cell is as it was sent where JSON has a number or a boolean, and missing where it is a word for that. */
const unlessPlain = (field: Field, forms: ColumnForms, branches: ReadonlyArray<string>): string => {
  const raw = duckdb.identifier(field.name)
  const cell = isText(field) ? raw : `trim(${raw}, ' ' || chr(9))`
  const words = (forms.missing ?? []).map(text).join(", ")
  const all = [
    ...(isScalar(field) ? [`WHEN coalesce(${scalarColumn(field.name)}, false) THEN ${raw}`] : []),
    ...(words === "" ? [] : [`WHEN ${cell} IN (${words}) THEN ''`]),
    ...branches,
  ]
  return all.length === 0 ? raw : `CASE ${all.join(" ")} ELSE ${raw} END`
}

const momentOf = ({ name }: Field, forms: Forms): WrittenMoment | undefined => {
  const way = ofColumn(forms, name).written
  return isPattern(way) && "zone" in way ? way : undefined
}

/** The clocks' time at a moment of UTC; both are timestamps without a zone. */
const shown = (utc: string, zone: string): string => `timezone(${text(zone)}, timezone('UTC', ${utc}))`

/**
 * From a text to the time on the clocks, to the moments at which they may have shown it: by the distances to UTC of a day
 * before and a day after. One list of columns a step.
 */
const clockSteps = (field: Field, forms: Forms): ReadonlyArray<string> => {
  const way = momentOf(field, forms)
  const [rewrite] = way === undefined ? [] : rewritesOf(field, ofColumn(forms, field.name))
  if (way === undefined || rewrite === undefined) return []
  const { name } = field
  const [local, time, first, second] = ["local", "time", "first", "second"].map((part) => named(name, part)) as [
    string,
    string,
    string,
    string,
  ]
  const raw = duckdb.identifier(name)
  const at = (interval: string): string => {
    const near = `(${time} ${interval})`
    const utc = `(${time} - (${shown(near, way.zone)} - ${near}))`
    return `CASE WHEN ${shown(utc, way.zone)} = ${time} THEN ${utc} END`
  }
  return [
    `CASE ${when(raw, rewrite)} END AS ${local}`,
    `CASE WHEN ${duckdb.matches(local, LOCAL_TIME.source)} THEN TRY_CAST(substr(${local}, 1, 19) AS TIMESTAMP) END AS ${time}`,
    `${at("- INTERVAL 1 DAY")} AS ${first}, ${at("+ INTERVAL 1 DAY")} AS ${second}`,
  ]
}

const clockReason = (field: Field, forms: Forms): string => {
  const way = momentOf(field, forms)
  if (way === undefined) return "CAST(NULL AS VARCHAR)"
  const [time, first, second] = ["time", "first", "second"].map((part) => named(field.name, part))
  const ambiguous = way.twice === undefined ? ` WHEN ${first} <> ${second} THEN 'ambiguous_local_time'` : ""
  const none = `WHEN ${time} IS NOT NULL AND ${first} IS NULL AND ${second} IS NULL THEN 'absent_local_time'`
  const scalar = isScalar(field) ? `WHEN coalesce(${scalarColumn(field.name)}, false) THEN NULL ` : ""
  return `CASE ${scalar}${none}${ambiguous} END`
}

const momentText = (field: Field, way: WrittenMoment): ReadonlyArray<string> => {
  const [local, first, second] = ["local", "first", "second"].map((part) => named(field.name, part))
  const [one, other] = [`coalesce(${first}, ${second})`, `coalesce(${second}, ${first})`]
  const moment = `${way.twice === "later" ? "greatest" : "least"}(${one}, ${other})`
  const fraction = `substr(${local}, 20)`
  const written =
    field.column.kind === "timestamp"
      ? `strftime(${moment}, '%Y-%m-%dT%H:%M:%S') || ${fraction} || 'Z'`
      : `CAST(epoch_us(${moment}) // 1000000 AS VARCHAR) || ${fraction}`
  const unclear = way.twice === undefined ? `WHEN ${first} <> ${second} THEN ${duckdb.identifier(field.name)} ` : ""
  return [`${unclear}WHEN ${one} IS NOT NULL THEN ${written}`]
}

const readAs = (field: Field, forms: Forms): string => {
  const own = ofColumn(forms, field.name)
  const way = momentOf(field, forms)
  const branches =
    way === undefined
      ? rewritesOf(field, own).map((rewrite) => when(duckdb.identifier(field.name), rewrite))
      : momentText(field, way)
  return unlessPlain(field, own, branches)
}

/** SELECT … FROM sent: the rows as they were sent, and of each lenient column what is read instead. */
const exactSelect = (data: Dataset, forms: Forms): string => {
  const fields = lenientFields(data)
  const columns = fields.flatMap((field) => {
    const { name } = field
    const { clock, otherForm } = lenientColumn(data, field) ?? { clock: false, otherForm: false }
    const words = formWords(field, ofColumn(forms, name))
    return [
      `${readAs(field, forms)} AS ${readColumn(name)}`,
      ...(otherForm ? [`${words === undefined ? "CAST(NULL AS VARCHAR)" : text(words)} AS ${formColumn(name)}`] : []),
      ...(clock ? [`${clockReason(field, forms)} AS ${clockColumn(name)}`] : []),
    ]
  })
  const clocks = fields.map((field) => clockSteps(field, forms)).filter((list) => list.length > 0)
  const source = [0, 1, 2].reduce((from, step) => {
    const all = clocks.map((list) => list[step] ?? "")
    return all.length === 0 ? from : `(SELECT *,\n    ${all.join(",\n    ")}\n  FROM ${from})`
  }, "sent")
  return `SELECT ${["*", ...columns].join(",\n  ")}\nFROM ${source}`
}

const fastRewrite = ({ matches, steps: all }: Rewrite) => ({
  matches,
  steps: all.map(({ find, replace }) => ({ find, replace: replace.replaceAll(/\{(\d)\}/g, "$${$1}") })),
})

const fastColumn = (field: Field, forms: Forms): LeniencyPlan["files"][number]["columns"] => {
  const own = ofColumn(forms, field.name)
  if (!readsOtherwise(own)) return []
  const way = momentOf(field, forms)
  return [
    {
      name: field.name,
      missing: own.missing ?? [],
      trim: !isText(field),
      texts: own.written !== undefined,
      rewrites: rewritesOf(field, own).map(fastRewrite),
      ...(way === undefined
        ? {}
        : {
            clock: {
              time: LOCAL_TIME.source,
              zone: way.zone,
              ...(way.twice === undefined ? {} : { twice: way.twice }),
              seconds: field.column.kind === "epochSeconds",
            },
          }),
    },
  ]
}

const aliases = (data: Dataset, forms: Forms): Readonly<Record<string, string>> =>
  Object.fromEntries(
    data.fields.flatMap(({ name }) => (ofColumn(forms, name).alsoCalled ?? []).map((alias) => [alias, name])),
  )

/** A comma that separates columns would cut such a number in two. */
const mayHaveComma = (data: Dataset, forms: Forms): boolean =>
  data.fields.some(({ name }) => {
    const way = ofColumn(forms, name).written
    return typeof way === "string" && way.includes(",")
  })

/** The part of the plan about declared leniency; none where a contract declares none. */
export const compileLeniency = (data: Dataset): LeniencyPlan | undefined => {
  const all = allForms(data)
  if (all.length === 0) return undefined
  return {
    scalars: lenientFields(data)
      .filter(isScalar)
      .map(({ name }) => name),
    asSent: exactSelect(data, {}),
    files: all.map(([prefix, forms]) => ({
      prefix,
      names: aliases(data, forms),
      columns: data.fields.flatMap((field) => fastColumn(field, forms)),
      exact: exactSelect(data, forms),
      ...(mayHaveComma(data, forms) ? { comma: true as const } : {}),
      ...(forms.trailer === undefined ? {} : { trailer: forms.trailer }),
    })),
  }
}
