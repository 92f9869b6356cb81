/** Pages out of contracts: a KPI that is added to the registry has its page without another line. */
import {
  type Column,
  type Dataset,
  datasetId,
  type Field,
  fieldsOf,
  type Kpi,
  PERIOD_COLUMN,
  type Registered,
  type Registry,
  storedName,
} from "@pos/contract"
import type { DatasetPage, Dimension, Format, KpiPage, Measure, Names, PageColumn, Pages, Total } from "./page.ts"
import { currencyOf, unitOf } from "./unit.ts"

/** A name in words: `total_sales` → "Total sales", `store_id` → "Store". */
const titleOf = (name: string): string => {
  const words = name
    .replace(/(?<=.)_id$/, "")
    .replaceAll("_", " ")
    .trim()
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

const formatOf = (column: Column): Format => {
  switch (column.kind) {
    case "decimal":
      return { kind: "decimal", digits: column.scale }
    case "integer":
    case "date":
    case "boolean":
      return { kind: column.kind }
    default:
      return { kind: "text" }
  }
}

const describedOf = ({ name, description, column }: Pick<Field, "name" | "description" | "column">) => ({
  name,
  title: titleOf(name),
  description,
  format: formatOf(column),
})

const columnPage = (field: Field, stored: string): PageColumn => ({
  ...describedOf({ ...field, name: stored }),
  // The table holds a moment, whatever the file counts.
  ...(field.unit === undefined || stored !== field.name ? {} : { unit: field.unit }),
  ...(field.personal ? { personal: true as const } : {}),
})

const datasetPage = (dataset: Dataset): DatasetPage => {
  const { businessDate, description, fields, key, kind } = dataset
  const date: PageColumn = { name: "date", title: "Date", description: "Business date.", format: { kind: "date" } }
  return {
    name: datasetId(dataset),
    title: titleOf(datasetId(dataset)),
    description,
    kind,
    key,
    acrossFiles: dataset.policies.acrossFiles,
    columns: [
      ...fields.map((field) => columnPage(field, storedName(dataset, field))),
      ...(kind === "facts" ? [date] : []),
    ],
    ...(businessDate === undefined || "column" in businessDate ? {} : { businessDay: businessDate }),
  }
}

const isText = ({ column }: Field): boolean => column.kind === "text" || column.kind === "oneOf"

/** Reference data that describe a dimension: those whose only key it is. Their first text is what people call it. */
const namesOf = (name: string, column: Column, entries: Registry): Names | undefined => {
  const found = entries.find(({ dataset }) => {
    const key = dataset.fields.find((field) => field.name === name)
    return (
      dataset.kind === "reference" &&
      dataset.key.length === 1 &&
      dataset.key[0] === name &&
      key?.column.kind === column.kind
    )
  })
  if (found === undefined) return undefined
  const texts = found.dataset.fields.filter((field) => field.name !== name && isText(field) && !field.personal)
  const [label, ...groups] = texts
  if (label === undefined) return undefined
  return {
    dataset: datasetId(found.dataset),
    key: name,
    label: label.name,
    groups: groups
      .filter(({ required }) => required)
      .map((group) => ({ name: group.name, title: titleOf(group.name) })),
  }
}

const TOTALS = {
  sum: "sum",
  count: "sum",
  countWhere: "sum",
  // The same value may count in several rows.
  countDistinct: "none",
  min: "min",
  max: "max",
} as const satisfies Record<string, Total>

const kpiPage = (kpi: Kpi, { dataset }: Registered, entries: Registry): KpiPage => {
  const fields = fieldsOf(kpi.source)
  const stored = fieldsOf(kpi.stored)
  const fieldOf = (name: string) => fields.find((field) => field.name === name)
  const described = (name: string, column: Column) =>
    describedOf({ name, column, description: stored.find((field) => field.name === name)?.description ?? "" })
  const dimensions = kpi.dimensions.map(({ name, column, of }): Dimension => {
    const field = of.op === "column" ? fieldOf(of.name) : undefined
    const names = field === undefined ? undefined : namesOf(field.name, column, entries)
    return {
      ...described(name, column),
      ...(field === undefined ? {} : { column: storedName(dataset, field) }),
      ...(names === undefined ? {} : { names }),
    }
  })
  const measures = kpi.measures.map(({ name, aggregate, column }): Measure => {
    const unit = unitOf(aggregate, fieldOf)
    // Amounts of two currencies are never added up.
    const total = currencyOf(aggregate, fieldOf) === undefined ? TOTALS[aggregate.op] : "none"
    return { ...described(name, column), ...(unit === undefined ? {} : { unit }), total }
  })
  const totalOf = (name: string): Total => measures.find((measure) => measure.name === name)?.total ?? "none"
  const ratios = kpi.ratios.map(({ name, description, of, per, digits }): Measure => ({
    name,
    title: titleOf(name),
    description,
    format: { kind: "decimal", digits },
    total: totalOf(of) === "sum" && totalOf(per) === "sum" ? "ratio" : "none",
    ratio: { of, per, digits },
  }))
  return {
    name: kpi.name,
    dataset: datasetId(dataset),
    title: titleOf(kpi.name),
    description: kpi.description,
    grain: kpi.grain,
    period: PERIOD_COLUMN[kpi.grain],
    dimensions,
    measures: [...measures, ...ratios],
  }
}

/** The pages of every dataset and KPI. */
export const pagesOf = (entries: Registry): Pages => ({
  format: "pos-pages/1",
  datasets: entries.map(({ dataset }) => datasetPage(dataset)),
  kpis: entries.flatMap((entry) => entry.kpis.map((kpi) => kpiPage(kpi, entry, entries))),
})
