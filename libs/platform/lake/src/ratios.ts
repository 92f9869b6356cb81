/** Ratios beside the columns of a KPI that is read as plain values. */
import { divide, type Ratio as DescribedRatio } from "@pos/contract"
import { BigDecimal, Stream } from "effect"
import type { QueryResult } from "./lake.ts"
import { decimalText, type Json } from "./values.ts"

const exact = (value: Json | undefined): BigDecimal.BigDecimal | undefined =>
  typeof value === "string" || typeof value === "number" ? BigDecimal.fromStringUnsafe(String(value)) : undefined

type Ratio = Omit<DescribedRatio, "description">

/** Text with all its digits, as decimals are; NULL where it is divided by zero. */
export const ratioOf = ({ digits }: Pick<Ratio, "digits">, of: Json | undefined, per: Json | undefined): Json => {
  const [above, below] = [exact(of), exact(per)]
  const value = above && below && divide(above, below, digits)
  return value === undefined ? null : decimalText(BigDecimal.scale(value, digits).value, digits)
}

/** The result with a column more for each ratio. */
export const withRatioColumns = <E>(result: QueryResult<E>, ratios: ReadonlyArray<Ratio>): QueryResult<E> => {
  const place = new Map(result.columns.map(({ name }, at) => [name, at]))
  const cell = (row: ReadonlyArray<Json>, name: string) => row[place.get(name) ?? -1]
  return {
    columns: [...result.columns, ...ratios.map(({ name, digits }) => ({ name, type: `DECIMAL(38,${digits})` }))],
    batches: Stream.map(result.batches, (rows) =>
      rows.map((row) => [...row, ...ratios.map((one) => ratioOf(one, cell(row, one.of), cell(row, one.per)))]),
    ),
  }
}
