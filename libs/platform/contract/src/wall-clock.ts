/** What the clocks of a time zone show. */

/** Making one costs more than a hundred uses. */
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

/** What the clock on the wall shows at a moment, as if it showed UTC. Both in milliseconds; throws for an unknown zone. */
export const wallClock = (ms: number, timeZone: string): number => {
  if (timeZone === "UTC") return ms
  const shown = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0 } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** The same of a moment in microseconds, of which the clock shows whole milliseconds. */
export const wallClockOf = (micros: bigint, timeZone: string): number =>
  wallClock(Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n), timeZone)
