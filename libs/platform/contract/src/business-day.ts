/** The reference meaning of the business date. */
import type { BusinessDate } from "./business-date.ts"
import type { Dataset } from "./dataset.ts"
import type { Row } from "./expression/evaluate.ts"

const MS_PER_DAY = 86_400_000
const MS_PER_HOUR = 3_600_000

const clocks = new Map<string, Intl.DateTimeFormat>()

const clockOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = clocks.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  })
  clocks.set(timeZone, made)
  return made
}

/** What the clock on the wall shows at a moment, as if it showed UTC. Both in milliseconds. */
const wallClock = (ms: number, timeZone: string): number => {
  if (timeZone === "UTC") return ms
  const shown = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0 } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * The number of the business date, counted from 1970-01-01, of a moment in microseconds since then.
 *
 * @example
 * businessDay(1_767_225_600_000_000n, { timeZone: "UTC", cutoffHour: 0 }) // 20454
 * businessDay(1_767_225_600_000_000n, { timeZone: "UTC", cutoffHour: 4 }) // 20453
 * businessDay(1_767_225_600_000_000n, { timeZone: "America/New_York", cutoffHour: 0 }) // 20453
 */
export const businessDay = (micros: bigint, { timeZone, cutoffHour }: BusinessDate): number => {
  const ms = Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n)
  return Math.floor((wallClock(ms, timeZone) - cutoffHour * MS_PER_HOUR) / MS_PER_DAY)
}

/** The same of a row of `data` as it is stored; `undefined` where rows have no business date. */
export const businessDayOf = ({ businessDate, eventTime }: Dataset, row: Row): number | undefined => {
  if (businessDate === undefined) return undefined
  if ("column" in businessDate) return Date.parse(`${String(row[businessDate.column])}T00:00:00Z`) / MS_PER_DAY
  return eventTime === undefined
    ? undefined
    : businessDay(BigInt(row[eventTime.column] as bigint | number), businessDate)
}
