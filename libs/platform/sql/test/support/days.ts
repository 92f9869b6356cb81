/** Business days by the rules of `Intl`, which knows the time zones by itself: the reference for the engines' dates. */
import type { BusinessDate } from "@pos/contract"

const HOUR = 3_600_000_000n

const formats = new Map<string, Intl.DateTimeFormat>()

const formatIn = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  })
  formats.set(timeZone, made)
  return made
}

/** Microseconds of the local wall clock, as if it were UTC. */
const wallClock = (micros: bigint, timeZone: string): bigint => {
  const format = formatIn(timeZone)
  const seconds = micros / 1_000_000n
  const part = Object.fromEntries(format.formatToParts(Number(seconds) * 1000).map(({ type, value }) => [type, value]))
  const local = Date.parse(
    `${part["year"]}-${part["month"]}-${part["day"]}T${part["hour"]}:${part["minute"]}:${part["second"]}Z`,
  )
  return BigInt(local) * 1000n + (micros % 1_000_000n)
}

/** `YYYY-MM-DD`: the day on which the local clock, set back by the cut-off, stands. */
export const businessDay = (micros: bigint, { timeZone, cutoffHour }: BusinessDate): string => {
  const local = wallClock(micros, timeZone) - BigInt(cutoffHour) * HOUR
  return new Date(Number(local / 1000n)).toISOString().slice(0, 10)
}

const around = (iso: string): ReadonlyArray<bigint> => {
  const moment = BigInt(Date.parse(iso)) * 1000n
  return [-1n, 0n, 1n].flatMap((step) => [moment + step, moment + step * HOUR, moment + step * HOUR * 4n])
}

/** Moments at which clocks change or days begin somewhere. */
export const moments: ReadonlyArray<bigint> = [
  "2025-12-31T23:00:00Z",
  "2026-01-01T00:00:00Z",
  "2026-01-01T03:00:00Z",
  // Berlin: summer time begins at 2026-03-29T01:00Z and ends at 2026-10-25T01:00Z.
  "2026-03-29T01:00:00Z",
  "2026-03-29T02:00:00Z",
  "2026-10-25T01:00:00Z",
  "2026-10-25T03:00:00Z",
  // New York: 2026-03-08T07:00Z and 2026-11-01T06:00Z.
  "2026-03-08T07:00:00Z",
  "2026-11-01T06:00:00Z",
  "2000-01-01T00:00:00Z",
  "2099-12-31T23:59:59Z",
].flatMap(around)

export const zones: ReadonlyArray<BusinessDate> = [
  { timeZone: "UTC", cutoffHour: 0 },
  { timeZone: "UTC", cutoffHour: 4 },
  { timeZone: "Europe/Berlin", cutoffHour: 0 },
  { timeZone: "Europe/Berlin", cutoffHour: 4 },
  { timeZone: "Europe/Berlin", cutoffHour: 2 },
  { timeZone: "America/New_York", cutoffHour: 3 },
  { timeZone: "Asia/Kolkata", cutoffHour: 23 },
  { timeZone: "Pacific/Auckland", cutoffHour: 0 },
]
