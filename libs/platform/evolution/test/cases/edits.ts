/** Ways to edit the contract of receipts. */
import { Expr, kpi } from "@pos/contract"
import type { Schema } from "effect"
import type { Class } from "../../src/index.ts"
import { type Edit, fields, kpisOf, policies } from "../receipts.ts"

type Release = "patch" | "minor" | "major"
export type Case = readonly [name: string, edit: Edit, told: ReadonlyArray<string>, Class, Release]

export const policy = (change: Partial<typeof policies>): Edit => ({
  dataset: { policies: { ...policies, ...change } },
})
export const column = (change: Schema.Struct.Fields): Edit => ({ fields: { ...fields, ...change } })
export const largest = (change: Partial<(typeof policies)["largestFile"]>) =>
  policy({ largestFile: { ...policies.largestFile, ...change } })

const perTill = (row: Parameters<typeof kpisOf>[0], extra: "more" | "fewer" | "renamed" | "other" | "byUnits") =>
  kpi(row, {
    name: "receipts_per_till",
    description: "How many.",
    by: extra === "byUnits" ? ["till", "units"] : ["till"],
    measures: (receipt, { count, countWhere, countDistinct }) => ({
      ...(extra === "fewer" || extra === "renamed"
        ? {}
        : { row_count: extra === "other" ? countDistinct(receipt.id) : count() }),
      ...(extra === "renamed" || extra === "fewer" ? { how_many: count() } : {}),
      ...(extra === "more" ? { returns: countWhere(Expr.lt(receipt.units, 0)) } : {}),
    }),
  })
export const second = (extra: Parameters<typeof perTill>[1]): Edit => ({
  kpis: (row) => [...kpisOf(row).slice(0, 1), perTill(row, extra)],
})

const RATIOS = {
  fewer: {},
  more: {
    average: { of: "total", per: "receipts", digits: 2, description: "Amount of a receipt" },
    units_per_receipt: { of: "units_total", per: "receipts", digits: 1, description: "Units of a receipt" },
  },
  other: { average: { of: "total", per: "receipts", digits: 3, description: "Amount of a receipt" } },
  same: { average: { of: "total", per: "receipts", digits: 2, description: "Amount of a receipt" } },
} as const

const perTillAndSize = (row: Parameters<typeof kpisOf>[0], { ratios = "same", large = 10, grain = "day" }: FirstEdit) =>
  kpi(row, {
    name: "amount_per_till",
    description: "What each till takes.",
    grain,
    by: (receipt) => ({ till: receipt.till, large: Expr.gt(receipt.units, large) }),
    measures: (receipt, { count, sum }) => ({
      total: sum(receipt.amount),
      units_total: sum(receipt.units),
      receipts: count(),
    }),
    ratios: RATIOS[ratios],
  })
interface FirstEdit {
  readonly ratios?: keyof typeof RATIOS
  readonly large?: number
  readonly grain?: "day" | "week"
}
export const first = (edit: FirstEdit): Edit => ({
  kpis: (row) => [perTillAndSize(row, edit), ...kpisOf(row).slice(1)],
})
