/** Within what a key names one row: how far apart the business dates of two rows may be that are the same one. */
import type { BusinessDate, DateColumn } from "./business-date.ts"

/**
 * `everywhere`: two rows with one key are the same row, whatever their business dates, as long as these are at most `days`
 * apart. `businessDate`: only on the same business date; for tills that begin their numbers anew.
 */
export type Unique = { readonly scope: "everywhere"; readonly days: number } | { readonly scope: "businessDate" }

/** The window of datasets that are made today: more than a year, so that a correction after the annual accounts counts. */
export const USUAL_DAYS = 400
/** Ten years. */
export const MOST_DAYS = 3_653

/**
 * A key names one row on all business dates that are at most so many days apart.
 *
 * @example
 * everywhere().days // 400
 * everywhere(31).scope // everywhere
 */
export const everywhere = (days: number = USUAL_DAYS): Unique => ({ scope: "everywhere", days })

/** A key names one row on its business date; the same key on another date is another row. */
export const perBusinessDate: Unique = { scope: "businessDate" }

/** What of a dataset says within what its key is unique. */
export interface KeyedRows {
  readonly kind: "facts" | "reference"
  readonly key: ReadonlyArray<string>
  readonly businessDate?: BusinessDate | DateColumn
  readonly unique?: Unique
}

/** Whether the key itself holds the business date, so that the same key can't come on another one. */
const namesItsDate = ({ businessDate, key }: KeyedRows): boolean =>
  businessDate !== undefined && "column" in businessDate && key.includes(businessDate.column)

/**
 * How many days apart the business dates of two rows with one key may be that are the same row; `undefined` where dates
 * make no difference: for reference data, and where the key holds the date.
 *
 * @example
 * windowOf({ kind: "facts", key: ["id"], unique: everywhere(31) }) // 31
 * windowOf({ kind: "facts", key: ["id"], unique: perBusinessDate }) // 0
 * windowOf({ kind: "facts", key: ["id"] }) // 0
 * windowOf({ kind: "reference", key: ["id"] }) // undefined
 * windowOf({ kind: "facts", key: ["store", "day"], businessDate: { column: "day" } }) // undefined
 */
export const windowOf = (data: KeyedRows): number | undefined => {
  if (data.kind === "reference" || namesItsDate(data)) return undefined
  return data.unique?.scope === "everywhere" ? data.unique.days : 0
}

/**
 * The same among the rows of one file. Contracts that say nothing about it are as they were before they could: a file has
 * a key once, whatever the dates.
 *
 * @example
 * windowInFile({ kind: "facts", key: ["id"], unique: everywhere(31) }) // 31
 * windowInFile({ kind: "facts", key: ["id"], unique: perBusinessDate }) // 0
 * windowInFile({ kind: "facts", key: ["id"] }) // undefined
 */
export const windowInFile = (data: KeyedRows): number | undefined =>
  data.unique === undefined ? undefined : windowOf(data)

/** Every contradiction between the scope of the key and the rest of the dataset. */
export const uniqueProblems = (data: KeyedRows): ReadonlyArray<string> => {
  const { kind, unique } = data
  if (unique === undefined) return []
  if (kind === "reference") return ["`unique` is for facts: a key of reference data names one row in the whole table"]
  if (unique.scope === "businessDate") return []
  return [
    ...(namesItsDate(data)
      ? ["the key holds the business date, so that it can't come again on another: leave out `unique`"]
      : []),
    ...(Number.isInteger(unique.days) && unique.days >= 1 && unique.days <= MOST_DAYS
      ? []
      : [`everywhere takes a whole number of days from 1 to ${MOST_DAYS}`]),
  ]
}

/**
 * Which rows of one key are the same row, where `days` are the numbers of their business dates, in the order in which the
 * rows count: each belongs to the first one before it that is at most `window` days away and belongs to none itself.
 * Gives the place of that one, or its own.
 *
 * @example
 * sameRows([10, 12, 500, 11], 400) // [0,0,2,0]
 * sameRows([0, 300, 600], 400) // [0,0,2]
 * sameRows([7, 8, 7], 0) // [0,1,0]
 */
export const sameRows = (days: ReadonlyArray<number>, window: number): ReadonlyArray<number> => {
  const first: Array<number> = []
  return days.map((day, place) => {
    const found = first.find((one) => Math.abs((days[one] ?? Number.NaN) - day) <= window)
    if (found === undefined) first.push(place)
    return found ?? place
  })
}
