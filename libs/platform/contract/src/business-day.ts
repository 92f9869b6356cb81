/** The reference meaning of the business date. */
import type { BusinessDate } from "./business-date.ts"
import type { Dataset } from "./dataset.ts"
import type { Row } from "./expression/evaluate.ts"
import { wallClockOf } from "./wall-clock.ts"

const MS_PER_DAY = 86_400_000
const MS_PER_HOUR = 3_600_000

/**
 * The number of the business date, counted from 1970-01-01, of a moment in microseconds since then.
 *
 * @example
 * businessDay(1_767_225_600_000_000n, { timeZone: "UTC", cutoffHour: 0 }) // 20454
 * businessDay(1_767_225_600_000_000n, { timeZone: "UTC", cutoffHour: 4 }) // 20453
 * businessDay(1_767_225_600_000_000n, { timeZone: "America/New_York", cutoffHour: 0 }) // 20453
 */
export const businessDay = (micros: bigint, { timeZone, cutoffHour }: BusinessDate): number =>
  Math.floor((wallClockOf(micros, timeZone) - cutoffHour * MS_PER_HOUR) / MS_PER_DAY)

/** The same of a row of `data` as it is stored; `undefined` where rows have no business date. */
export const businessDayOf = ({ businessDate, eventTime }: Dataset, row: Row): number | undefined => {
  if (businessDate === undefined) return undefined
  if ("column" in businessDate) return Date.parse(`${String(row[businessDate.column])}T00:00:00Z`) / MS_PER_DAY
  return eventTime === undefined
    ? undefined
    : businessDay(BigInt(row[eventTime.column] as bigint | number), businessDate)
}
