/** KPI tables as typed rows, with their ratios divided. */
import { type Field, fieldsOf, type Kpi, withRatios } from "@pos/contract"
import { Effect, Schema } from "effect"
import { LakeUnavailable } from "./errors.ts"
import type { StoredColumn } from "./statement.ts"
import { ask, type Question, trying, type Typed } from "./typed.ts"
import { oneLine } from "./unreadable.ts"

const columnOf = ({ name, column, required }: Field): StoredColumn => ({ name, stored: name, column, required })

export const typedKpi = <Out, Ratios extends string>(kpi: Kpi<Out, Ratios>): Typed<Out> => {
  const decode = Schema.decodeUnknownEffect(Schema.toType(kpi.output))
  return {
    table: { name: kpi.name, path: `kpi/${kpi.name}` },
    columns: fieldsOf(kpi.stored).map(columnOf),
    read: (stored) =>
      Effect.flatMap(
        trying(() => withRatios(kpi.ratios, stored)),
        decode,
      ),
    refused: (cause) =>
      new LakeUnavailable({
        problem: `The rows of ${kpi.name} are others than its contract says: ${oneLine(cause)}.`,
        remedy: "Is it deployed with this contract? See: pos status",
        cause,
      }),
  }
}

/** All rows of a KPI, in no order, until the question says more. */
export const kpi = <Out, Ratios extends string>(kpi: Kpi<Out, Ratios>): Question<Out, Omit<Out, Ratios>> =>
  ask(typedKpi(kpi))
