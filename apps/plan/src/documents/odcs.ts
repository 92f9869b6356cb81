/** The contract in the Open Data Contract Standard, version 3: for catalogs and tools that read it. */
import { type Dataset, storedName } from "@pos/contract"
import { type DatasetContent, type DescribedColumn, type DescribedKpi } from "@pos/sql"

const logicalType = (type: string): string => {
  if (type.startsWith("decimal")) return "number"
  return (
    ({ string: "string", bigint: "integer", timestamp: "timestamp", date: "date", boolean: "boolean" } as const)[
      type
    ] ?? "string"
  )
}

type Exact = DatasetContent["validation"]["exact"]

interface Quality {
  readonly id: string
  readonly code: string
  readonly severity: string
  readonly sql: string
}

/** The rows that break a rule about groups; `good` and `kept` are told apart in the plan. */
const ofGroup = ({ rows, rules }: Exact["keys"]): ReadonlyArray<Quality> =>
  rules.map(({ code, severity, sql }) => ({ id: code, code, severity, sql: `SELECT line FROM (${rows}) WHERE ${sql}` }))

const quality = (plan: DatasetContent) => (rule: Quality) => {
  const reason = plan.reasons[rule.code]
  return {
    name: rule.id,
    type: "custom",
    engine: "duckdb",
    implementation: rule.sql,
    severity: rule.severity,
    unit: "rows",
    ...(reason === undefined ? {} : { dimension: reason.dimension, description: `${reason.meaning} ${reason.remedy}` }),
  }
}

const limitations = ({ businessDate: of, delivers, key }: Dataset): string => {
  if (delivers === "wholeList")
    return "Each file is the whole list. The table holds the newest one: what a newer list lacks is removed."
  if (of === undefined) return `Each file has rows that changed. Of each ${key.join(" and ")}, the newest row counts.`
  return "column" in of
    ? `The business date is ${of.column}.`
    : `Business dates are days in ${of.timeZone} that begin at ${String(of.cutoffHour).padStart(2, "0")}:00.`
}

interface Keys {
  readonly key: ReadonlyArray<string>
  readonly partition: ReadonlyArray<string>
  /** The columns whose values say something about a person. */
  readonly personal: ReadonlySet<string>
}

const properties = (columns: ReadonlyArray<DescribedColumn>, { key, partition, personal }: Keys) =>
  columns.map((column) => ({
    name: column.name,
    logicalType: logicalType(column.type),
    physicalType: column.type,
    required: !column.nullable,
    ...(personal.has(column.name) ? { classification: "personal" } : {}),
    ...(column.comment === "" ? {} : { description: column.comment }),
    ...(key.includes(column.name) ? { primaryKey: true, primaryKeyPosition: key.indexOf(column.name) + 1 } : {}),
    ...(partition.includes(column.name)
      ? { partitioned: true, partitionKeyPosition: partition.indexOf(column.name) + 1 }
      : {}),
  }))

const kpiObject = (personal: ReadonlySet<string>) => (table: DescribedKpi) => ({
  name: table.name,
  physicalName: table.path,
  physicalType: "table",
  logicalType: "object",
  description: table.description,
  dataGranularityDescription: `One row per ${table.key.join(" and ")}`,
  properties: properties(table.columns, { key: table.key, partition: table.partitionBy, personal }),
})

export const openDataContract = (data: Dataset, plan: DatasetContent) => {
  const { curated, kpis } = plan.tables
  const { exact } = plan.validation
  const personal = new Set(data.fields.filter((field) => field.personal).map((field) => storedName(data, field)))
  return {
    apiVersion: "v3.1.0",
    kind: "DataContract",
    id: `urn:${data.name}`,
    name: data.name,
    version: data.version,
    status: "active",
    description: {
      purpose: data.description,
      limitations: limitations(data),
    },
    schema: [
      {
        name: curated.name,
        physicalName: curated.path,
        physicalType: "table",
        logicalType: "object",
        description: data.description,
        dataGranularityDescription: `One row per ${[...curated.keyScope, ...curated.key].join(" and ")}`,
        properties: properties(curated.columns, {
          key: [...curated.keyScope, ...curated.key],
          partition: curated.partitionBy,
          personal,
        }),
        quality: [...exact.rules, ...ofGroup(exact.keys), ...exact.groups.flatMap(ofGroup)].map(quality(plan)),
      },
      ...kpis.map(kpiObject(personal)),
    ],
    ...(data.leniency === undefined ? {} : { customProperties: [{ property: "leniency", value: data.leniency }] }),
    slaProperties: [
      {
        property: "invalidRows",
        value: data.policies.fileTolerance,
        description: "Share of invalid rows up to which a file is accepted.",
      },
    ],
  }
}
