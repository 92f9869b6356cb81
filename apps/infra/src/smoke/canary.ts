/** The files that are sent to try a deployment out, and what must come of them. Pure. */
import { type Dataset, datasetId } from "@pos/contract"
import { datasets } from "@pos/datasets"
import { datasetPrefix, incomingPrefix } from "@pos/pipeline"
import { dataset as sales } from "@pos/sales"

const { canary } = sales

if (canary === undefined) throw new Error("The contract of sales names no canary.")

/** The business date of all canaries. */
export const DATE = canary.date

/** No supplier is called so. */
const FOLDER = "pos-smoke/"

const [{ dataset: byDefault }, ...others] = datasets

/** Where the files of a dataset lie in the source bucket. */
export const prefixOf = (dataset?: string): string =>
  `${dataset === undefined || dataset === datasetId(byDefault) ? incomingPrefix : datasetPrefix(dataset)}${FOLDER}`

/** All these places. */
export const PREFIXES: ReadonlyArray<string> = datasets.map(({ dataset }) => prefixOf(datasetId(dataset)))

const noon = Date.parse(`${DATE}T12:00:00Z`) / 1000

/** A sale, one with a discount, and a return: money in text, as files have it. */
const lines = [
  { transaction_id: "pos-smoke-1", quantity: 2, revenue: "19.9800", discount_applied: "1.5000" },
  { transaction_id: "pos-smoke-2", quantity: 1, revenue: "5.2500", discount_applied: "" },
  { transaction_id: "pos-smoke-3", quantity: -1, revenue: "-5.2500", discount_applied: "" },
] as const

export const ROWS = lines.length

const columns = ["transaction_id", "store_id", "product_id", "quantity", "revenue", "discount_applied", "timestamp"]

const csv = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>): string =>
  [columns.join(","), ...rows.map((row) => columns.map((name) => row[name]).join(","))].join("\n") + "\n"

const rows = lines.map((line, at) => ({ ...line, ...canary.where, timestamp: noon + at }))

/** A file that every rule accepts. */
export const goodFile: string = csv(rows)

/** The same with an amount that is no number: rejected. */
export const badFile: string = csv(rows.map((row, at) => (at === 1 ? { ...row, revenue: "5.25x" } : row)))

/** The words of the rejection. */
export const REASON = "not_a_number"

/** What a file of another dataset holds, and by what word it is rejected. */
export interface Hollow {
  readonly dataset: string
  readonly file: string
  readonly reason: string
}

/**
 * Every column of a dataset, and a row without values: whatever the contract says, it is rejected for what is missing. So
 * it shows, without a row in any table, that files of the dataset find their contract.
 */
const hollow = (dataset: Dataset): Hollow => ({
  dataset: datasetId(dataset),
  file: [dataset.fields.map(({ name }) => name), dataset.fields.map((_, at) => (at === 0 ? "x" : ""))]
    .map((cells) => `${cells.join(",")}\n`)
    .join(""),
  reason: "missing_value",
})

/** One file for each dataset but the default one, which the canary's own files are of. */
export const hollowFiles: ReadonlyArray<Hollow> = others.map(({ dataset }) => hollow(dataset))

/** Cells of a table as `pos sql --json` gives them: exact numbers as text. */
export type Cells = Readonly<Record<string, string | number | null>>

/** What the tables must hold on the canary's date: the columns that are compared, by table. */
export const expected: Readonly<Record<string, ReadonlyArray<Cells>>> = {
  sales: lines.map(({ discount_applied, ...line }) => ({
    ...line,
    ...canary.where,
    discount_applied: discount_applied === "" ? null : discount_applied,
  })),
  total_sales_per_product_per_day: [
    {
      product_id: canary.where["product_id"] ?? null,
      total_sales: "19.9800",
      units_sold: 2,
      transactions: ROWS,
      total_discount: "1.5000",
    },
  ],
  store_sales_per_day: [
    {
      store_id: canary.where["store_id"] ?? null,
      total_sales: "19.9800",
      units_sold: 2,
      transactions: ROWS,
      total_discount: "1.5000",
      returns: 1,
    },
  ],
}
