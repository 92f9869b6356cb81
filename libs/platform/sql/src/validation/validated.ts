/** The columns of the validated Parquet, which hands valid rows from the validation to the transformation. */
import { type Dataset, type Field, isMoment, storedName } from "@pos/contract"
import { duckdb } from "../dialects/duckdb.ts"
import type { DatasetPlan } from "../plan.ts"

/** Moments travel as whole microseconds, which every engine reads alike. */
export const validatedName = (data: Dataset, field: Field): string =>
  isMoment(field.column) ? `${storedName(data, field)}_us` : storedName(data, field)

export const validatedColumns = (data: Dataset): DatasetPlan["validation"]["exact"]["columns"] =>
  data.fields.map((field) => ({
    name: validatedName(data, field),
    type: duckdb.typeName(isMoment(field.column) ? { kind: "integer" } : field.column),
  }))
