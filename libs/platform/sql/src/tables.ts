/** The tables that a contract leads to, and their columns in the types that Hive, Glue, Spark and Delta share. */
import { type Column, type Dataset, type Field, fieldsOf, isMoment, type Kpi } from "@pos/contract"
import { spark } from "./dialects/spark.ts"
import type { CuratedTable, KpiTable, TableColumn } from "./plan.ts"
import { storedName } from "./validation/validated.ts"

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
  comment: comment(field),
  ...(field.personal ? { personal: true as const } : {}),
})

/** Where a row stands among those that came: needed to tell which of two versions is newer. */
const sourceOrder: TableColumn = {
  name: "source_order",
  type: "bigint",
  nullable: false,
  comment: "Order of arrival of the file that the row comes from; the highest wins.",
}

const businessDate: TableColumn = { name: DATE, type: "date", nullable: false, comment: "Business date." }

/** Reference data have no dates to be partitioned by: their tables are small, and replaced as a whole. */
export const curatedTable = (data: Dataset): CuratedTable => {
  const dates = data.kind === "facts" ? [DATE] : []
  return {
    name: data.table,
    path: `curated/${data.table}`,
    columns: [
      ...data.fields.map((field) => columnOf(field, storedName(data, field))),
      ...(data.policies.acrossFiles === "latestWins" ? [sourceOrder] : []),
      ...(data.kind === "facts" ? [businessDate] : []),
    ],
    partitionBy: dates,
    key: [...data.key],
    keyScope: dates,
  }
}

export const kpiTable = (kpi: Kpi): KpiTable => ({
  name: kpi.name,
  path: `kpi/${kpi.name}`,
  description: kpi.description,
  columns: fieldsOf(kpi.output).map((field) => columnOf(field)),
  partitionBy: [DATE],
  key: [DATE, ...kpi.by],
  measures: kpi.measures.map(({ name }) => name),
})

/** The column list of Spark's CREATE TABLE. */
export const sparkColumns = (columns: ReadonlyArray<TableColumn>): string =>
  columns
    .map(({ name, type, nullable, comment: words }) => {
      const required = nullable ? "" : " NOT NULL"
      return `${spark.identifier(name)} ${type.toUpperCase()}${required} COMMENT ${spark.textLiteral(words)}`
    })
    .join(",\n")
