/** Days as text, "2026-01-31": a day has no time zone. */

const MILLISECONDS_A_DAY = 86_400_000

const at = (day: string): Date => new Date(`${day}T00:00:00Z`)

export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at(text).getTime()) && dayOf(at(text)) === text

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

export const addDays = (day: string, days: number): string =>
  dayOf(new Date(at(day).getTime() + days * MILLISECONDS_A_DAY))

const addMonths = (day: string, months: number): string => {
  const date = at(day)
  return dayOf(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)))
}

export type Grain = "day" | "week" | "month"

/** The first day of the period that the day is in: of an ISO week its Monday. */
export const periodOf = (grain: Grain, day: string): string =>
  grain === "day" ? day : grain === "week" ? addDays(day, -((at(day).getUTCDay() + 6) % 7)) : `${day.slice(0, 7)}-01`

/** So many periods later, or earlier. */
export const addPeriods = (grain: Grain, day: string, periods: number): string =>
  grain === "month" ? addMonths(day, periods) : addDays(periodOf(grain, day), periods * (grain === "week" ? 7 : 1))

/** Seconds since 1970, as charts count. */
export const secondsOf = (day: string): number => at(day).getTime() / 1000
