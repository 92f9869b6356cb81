/** The columns of the validated Parquet, which hands valid rows from the validation to the transformation. */
import { type Dataset, type Field, isMoment } from "@pos/contract"
import { duckdb } from "../dialects/duckdb.ts"
import type { DatasetPlan } from "../plan.ts"

/** The name of a column in the tables. */
export const storedName = (
  { eventTime }: { readonly eventTime?: Dataset["eventTime"] | undefined },
  field: Field,
): string => (field.name === eventTime?.column ? eventTime.storedAs : field.name)

/** Moments travel as whole microseconds, which every engine reads alike. */
export const validatedName = (data: Dataset, field: Field): string =>
  isMoment(field.column) ? `${storedName(data, field)}_us` : storedName(data, field)

export const validatedColumns = (data: Dataset): DatasetPlan["validation"]["exact"]["columns"] =>
  data.fields.map((field) => ({
    name: validatedName(data, field),
    type: duckdb.typeName(isMoment(field.column) ? { kind: "integer" } : field.column),
  }))
