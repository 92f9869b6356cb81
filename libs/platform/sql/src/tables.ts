/** The tables that a contract leads to, and their columns in the types that Hive, Glue, Spark and Delta share. */
import {
  type Column,
  type Dataset,
  type Field,
  fieldsOf,
  isMoment,
  type Kpi,
  type Lookup,
  PERIOD_COLUMN,
  storedName,
  windowOf,
} from "@pos/contract"
import { spark } from "./dialects/spark.ts"
import type { DescribedColumn, DescribedCurated, DescribedKpi } from "./content.ts"
import type { ReferenceTable, TableColumn } from "./plan.ts"

/** A file's age as a number, the larger the newer. A column of the curated table only where the newest row wins. */
export const SOURCE_ORDER = "source_order"

/** The partition column of every table: the business date. */
export const DATE = "date"

/** `string`, `bigint`, `decimal(18,4)`, `timestamp`, `date`: one spelling for the catalog, Spark's DDL and Delta. */
export const tableType = (column: Column): string =>
  isMoment(column) ? "timestamp" : spark.typeName(column).toLowerCase()

const comment = ({ description, unit, column }: Field): string =>
  unit === undefined || column.kind === "epochSeconds" ? description : `${description} In ${unit}.`

const columnOf = (field: Field, name = field.name): TableColumn => ({
  name,
  type: tableType(field.column),
  nullable: !field.required,
  ...(field.personal ? { personal: true as const } : {}),
})

const described = (field: Field, name = field.name): DescribedColumn => ({
  ...columnOf(field, name),
  comment: comment(field),
})

/**
 * Where a row stands among those that came: needed to tell which of two versions is newer. Facts that were loaded while
 * the first one stayed have none, and count as oldest.
 */
const sourceOrder = (kind: Dataset["kind"]): DescribedColumn => ({
  name: SOURCE_ORDER,
  type: "bigint",
  nullable: kind === "facts",
  comment: "Order of arrival of the file that the row comes from; the highest wins.",
})

const businessDate: DescribedColumn = { name: DATE, type: "date", nullable: false, comment: "Business date." }

/** Reference data have no dates to be partitioned by: their tables are small, and replaced as a whole. */
export const curatedTable = (data: Dataset): DescribedCurated => {
  const dates = data.kind === "facts" ? [DATE] : []
  const days = windowOf(data) ?? 0
  return {
    name: data.table,
    path: `curated/${data.table}`,
    columns: [
      ...data.fields.map((field) => described(field, storedName(data, field))),
      ...(data.policies.acrossFiles === "latestWins" ? [sourceOrder(data.kind)] : []),
      ...(data.kind === "facts" ? [businessDate] : []),
    ],
    partitionBy: dates,
    key: [...data.key],
    keyScope: days > 0 ? [] : dates,
    ...(days > 0 ? { keyDays: days } : {}),
  }
}

export const kpiTable = (kpi: Kpi): DescribedKpi => {
  const period = PERIOD_COLUMN[kpi.grain]
  return {
    name: kpi.name,
    path: `kpi/${kpi.name}`,
    description: kpi.description,
    columns: fieldsOf(kpi.stored).map((field) => described(field)),
    partitionBy: [period],
    key: [period, ...kpi.dimensions.map(({ name }) => name)],
    measures: kpi.measures.map(({ name }) => name),
    ...(kpi.grain === "day" ? {} : { grain: kpi.grain }),
    ...(kpi.ratios.length === 0 ? {} : { ratios: kpi.ratios }),
    ...(kpi.lookups.length === 0 ? {} : { references: kpi.lookups.map(referenceTable) }),
  }
}

/** Those columns only that the KPI reads: what else changes about the table is none of its business. */
const referenceTable = ({ table, key, attributes, fields }: Lookup): ReferenceTable => {
  const names = new Set([...key.map(({ column }) => column), ...attributes])
  return {
    name: table,
    path: `curated/${table}`,
    relation: referenceRelation(table),
    columns: fields.filter(({ name }) => names.has(name)).map((field) => columnOf(field)),
  }
}

/** The relation that holds the rows of a reference table. */
export const referenceRelation = (table: string): string => `reference_${table}`

/** The column list of Spark's CREATE TABLE. */
export const sparkColumns = (columns: ReadonlyArray<DescribedColumn>): string =>
  columns
    .map(({ name, type, nullable, comment: words }) => {
      const required = nullable ? "" : " NOT NULL"
      return `${spark.identifier(name)} ${type.toUpperCase()}${required} COMMENT ${spark.textLiteral(words)}`
    })
    .join(",\n")
