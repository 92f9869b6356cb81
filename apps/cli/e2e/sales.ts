/** Made-up sales, and what the tables must say about them: summed here with whole numbers, by no engine. */

export interface Line {
  readonly transaction_id: string
  readonly store_id: number
  readonly product_id: number
  readonly quantity: number
  /** Ten-thousandths. */
  readonly revenue: bigint
  readonly discount: bigint | null
  /** Epoch seconds. */
  readonly timestamp: number
  readonly receipt: string | null
}

const DAY = 86_400
const FIRST = Date.UTC(2024, 1, 28) / 1000

/** Lines of a day; the 29th of February is the second. Returns, missing discounts, missing receipts and all four decimals occur. */
export const day = (number: number, lines: number): ReadonlyArray<Line> =>
  Array.from({ length: lines }, (_, at) => {
    const returned = at % 17 === 3
    return {
      transaction_id: `d${number}-${String(at).padStart(5, "0")}`,
      store_id: 1 + (at % 5),
      product_id: 1000 + ((at * 7 + number) % 23),
      quantity: returned ? -1 : 1 + (at % 4),
      revenue: BigInt(returned ? -1 : 1) * BigInt(10_000 + at * 37 + number),
      discount: at % 3 === 0 ? null : BigInt(at % 90),
      timestamp: FIRST + number * DAY + ((at * 613) % DAY),
      // Of store 5 no line names a receipt, of the others most do.
      receipt: at % 5 === 4 || at % 7 === 0 ? null : `R-${Math.floor(at / 15)}`,
    }
  })

export const decimal = (tenThousandths: bigint): string => {
  const digits = (tenThousandths < 0n ? -tenThousandths : tenThousandths).toString().padStart(5, "0")
  return `${tenThousandths < 0n ? "-" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`
}

export const dateOf = ({ timestamp }: Line): string => new Date(timestamp * 1000).toISOString().slice(0, 10)

const sum = (values: ReadonlyArray<bigint>) => values.reduce((total, value) => total + value, 0n)

export const totals = (lines: ReadonlyArray<Line>) => ({
  rows: lines.length,
  revenue: decimal(sum(lines.map(({ revenue }) => revenue))),
  discount: decimal(sum(lines.map(({ discount }) => discount ?? 0n))),
  units: lines.reduce((total, { quantity }) => total + quantity, 0),
})

/** The lines of each date and key. */
const grouped = (lines: ReadonlyArray<Line>, key: (line: Line) => number) => {
  const groups = new Map<string, { readonly date: string; readonly key: number; readonly group: Array<Line> }>()
  for (const line of lines) {
    const name = `${dateOf(line)} ${key(line)}`
    const known = groups.get(name) ?? { date: dateOf(line), key: key(line), group: [] }
    known.group.push(line)
    groups.set(name, known)
  }
  return [...groups.values()]
}

/** `total_sales_per_product_per_day`, ordered by date and product. */
export const productKpi = (lines: ReadonlyArray<Line>) =>
  grouped(lines, ({ product_id }) => product_id)
    .map(({ group, date, key }) => ({
      date,
      product_id: key,
      total_sales: totals(group).revenue,
      units_sold: totals(group).units,
      transactions: group.length,
      total_discount: totals(group).discount,
    }))
    .toSorted((a, b) => a.date.localeCompare(b.date) || a.product_id - b.product_id)

/** `store_sales_per_day`, ordered by date and store. */
export const storeKpi = (lines: ReadonlyArray<Line>) =>
  grouped(lines, ({ store_id }) => store_id)
    .map(({ group, date, key }) => {
      const onReceipts = group.filter(({ receipt }) => receipt !== null)
      return {
        date,
        store_id: key,
        total_sales: totals(group).revenue,
        units_sold: totals(group).units,
        transactions: group.length,
        total_discount: totals(group).discount,
        returns: group.filter(({ quantity }) => quantity < 0).length,
        receipts: new Set(onReceipts.map(({ receipt }) => receipt)).size,
        sales_on_receipts: totals(onReceipts).revenue,
        units_on_receipts: totals(onReceipts).units,
      }
    })
    .toSorted((a, b) => a.date.localeCompare(b.date) || a.store_id - b.store_id)

/** Hundredths of a quotient of ten-thousandths, a half away from zero. */
const average = (tenThousandths: bigint, by: bigint): string => {
  const size = tenThousandths < 0n ? -tenThousandths : tenThousandths
  const hundredths = (2n * size + 100n * by) / (200n * by)
  return decimal((tenThousandths < 0n ? -hundredths : hundredths) * 100n).slice(0, -2)
}

/** A row of `store_sales_per_day` as `pos kpi` shows it. */
export const withAverages = (row: ReturnType<typeof storeKpi>[number]) => {
  const receipts = BigInt(row.receipts)
  return {
    ...row,
    average_receipt: receipts === 0n ? null : average(BigInt(row.sales_on_receipts.replace(".", "")), receipts),
    units_per_receipt: receipts === 0n ? null : average(BigInt(row.units_on_receipts) * 10_000n, receipts),
  }
}
