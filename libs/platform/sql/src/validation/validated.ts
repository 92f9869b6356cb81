/** The columns of the validated Parquet, which hands valid rows from the validation to the transformation. */
import { type Dataset, type Field, isMoment, storedName } from "@pos/contract"
import { duckdb } from "../dialects/duckdb.ts"
import type { DatasetPlan } from "../plan.ts"

/** Moments travel as whole microseconds, which every engine reads alike. */
export const validatedName = (data: Dataset, field: Field): string =>
  isMoment(field.column) ? `${storedName(data, field)}_us` : storedName(data, field)

/** Where a table has its rows' age beside them, or a column of its own for the date, a file can't be one of the table's. */
export const datedParts = (data: Dataset): DatasetPlan["validation"]["parts"] => {
  const { businessDate, eventTime } = data
  if (businessDate === undefined || "column" in businessDate || data.policies.acrossFiles !== "keepFirst") {
    return undefined
  }
  const field = data.fields.find((one) => one.name === eventTime?.column)
  if (field === undefined) return undefined
  const instants = data.fields.filter((one) => isMoment(one.column))
  return {
    eventTime: validatedName(data, field),
    instants: instants.map((one) => ({ name: storedName(data, one), validated: validatedName(data, one) })),
  }
}

export const validatedColumns = (data: Dataset): DatasetPlan["validation"]["exact"]["columns"] =>
  data.fields.map((field) => ({
    name: validatedName(data, field),
    type: duckdb.typeName(isMoment(field.column) ? { kind: "integer" } : field.column),
  }))
