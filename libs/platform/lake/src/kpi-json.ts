/** A line of `pos kpi --json` as a Schema: it decodes the line, and encodes the very same. */
import { type Kpi, withRatios } from "@pos/contract"
import { BigDecimal, Effect, Schema, SchemaGetter, SchemaIssue } from "effect"
import { typedKpi } from "./kpi.ts"
import type { StoredColumn } from "./statement.ts"
import { storedValues, trying } from "./typed.ts"
import { decimalText, integer, type Json } from "./values.ts"

const Digits = Schema.String.check(Schema.isPattern(/^-?\d+$/))
const DecimalText = Schema.String.check(Schema.isPattern(/^-?\d+(\.\d+)?$/))

/** A cell that has a value. */
const cellOf = ({ column }: StoredColumn): Schema.Codec<string | number | boolean> => {
  switch (column.kind) {
    case "integer":
      return Schema.Union([Schema.Int, Digits])
    case "decimal":
      return DecimalText
    case "boolean":
      return Schema.Boolean
    default:
      return Schema.String
  }
}

const printed = ({ column }: StoredColumn, value: unknown): Json => {
  switch (column.kind) {
    case "integer":
      return integer(value as bigint)
    case "decimal":
      return decimalText(BigDecimal.scale(value as BigDecimal.BigDecimal, column.scale).value, column.scale)
    default:
      return value as string | boolean
  }
}

/** What JSON has of a row: NULL where there is no value. Ratios follow from the others, and are read by no one. */
export const kpiJson = <Out, Ratios extends string>(
  kpi: Kpi<Out, Ratios>,
): Schema.Codec<Out, Readonly<Record<string, Json>>> => {
  const { columns } = typedKpi(kpi)
  const line = Schema.Struct({
    ...Object.fromEntries(columns.map((column) => [column.name, Schema.NullOr(cellOf(column))])),
    ...Object.fromEntries(kpi.ratios.map(({ name }) => [name, Schema.optionalKey(Schema.NullOr(DecimalText))])),
  }) as unknown as Schema.Codec<Readonly<Record<string, Json>>>
  const cells = (row: Readonly<Record<string, unknown>>) => [
    ...columns.map((column) => [column, row[column.name]] as const),
    ...kpi.ratios.map(
      ({ name, digits }) =>
        [
          { name, stored: name, column: { kind: "decimal", precision: 38, scale: digits }, required: false },
          row[name],
        ] as const,
    ),
  ]
  return line.pipe(
    Schema.decodeTo(Schema.toType(kpi.output) as Schema.Codec<Out>, {
      decode: SchemaGetter.transformEffect((cell: Readonly<Record<string, Json>>) =>
        trying(
          () =>
            withRatios(
              kpi.ratios,
              storedValues(columns, ({ name }) => cell[name]),
            ) as Out,
        ).pipe(Effect.mapError((error) => new SchemaIssue.InvalidValue({ message: error.message }, cell))),
      ),
      encode: SchemaGetter.transform((row) =>
        Object.fromEntries(
          cells(row as Readonly<Record<string, unknown>>).map(([column, value]) => [
            column.name,
            value === undefined ? null : printed(column, value),
          ]),
        ),
      ),
    }),
  )
}
