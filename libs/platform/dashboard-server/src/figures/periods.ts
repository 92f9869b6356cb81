/** Periods beside each other: the one before, the same weekday, the same time a year ago. Pure. */
import { periodOf } from "@pos/contract"
import type { KpiPage } from "@pos/pages"
import type { Against } from "../api/figures.ts"

type Grain = KpiPage["grain"]

const DAY = 86_400_000

const momentOf = (date: string): number => Date.parse(`${date}T00:00:00Z`)

/** Beyond the year 9999 a date has a sign and six digits of the year: `+010000-01-01`. */
const dateOf = (moment: number): string => new Date(moment).toISOString().split("T")[0] ?? ""

const moved = (date: string, days: number): string => dateOf(momentOf(date) + days * DAY)

/** The first day of the month that is so many months later. */
const monthMoved = (date: string, months: number): string => {
  const moment = new Date(`${date.slice(0, 7)}-01T00:00:00Z`)
  moment.setUTCMonth(moment.getUTCMonth() + months)
  return dateOf(moment.getTime())
}

/** The first day of the next period. */
export const after = (grain: Grain, period: string): string =>
  grain === "month" ? monthMoved(period, 1) : moved(period, grain === "week" ? 7 : 1)

/** The last day of a period. */
export const lastDay = (grain: Grain, period: string): string => moved(after(grain, period), -1)

/** The first and the last day of the period that a date is in. */
export const spanAround = (grain: Grain, date: string) => {
  const first = periodOf(grain, date)
  return { first, last: lastDay(grain, first) }
}

export interface ComparedPeriod {
  readonly against: Against
  readonly title: string
  readonly period: string
}

/** What a period is compared with. A year is 52 weeks, so that weekdays match. */
export const comparedWith = (grain: Grain, period: string): ReadonlyArray<ComparedPeriod> => {
  switch (grain) {
    case "day":
      return [
        { against: "before", title: "the day before", period: moved(period, -1) },
        { against: "week", title: "the same weekday last week", period: moved(period, -7) },
        { against: "year", title: "the same weekday last year", period: moved(period, -364) },
      ]
    case "week":
      return [
        { against: "before", title: "the week before", period: moved(period, -7) },
        { against: "year", title: "the same week last year", period: moved(period, -364) },
      ]
    case "month":
      return [
        { against: "before", title: "the month before", period: monthMoved(period, -1) },
        { against: "year", title: "the same month last year", period: monthMoved(period, -12) },
      ]
  }
}

/** All periods from one to another, both included; both are first days. */
export const periodsBetween = (grain: Grain, from: string, to: string): ReadonlyArray<string> => {
  const periods: Array<string> = []
  // By moments: as text, the day after 9999-12-31 comes before it.
  for (let period = from; momentOf(period) <= momentOf(to); period = after(grain, period)) periods.push(period)
  return periods
}

/** The period that a data file of a partitioned table is of, by its path. */
export const periodOfFile = (path: string): string | undefined => /=(\d{4}-\d{2}-\d{2})\/[^/]*$/.exec(path)?.[1]

/** The first and the last of some periods; null where there are none. */
export const spanOf = (periods: ReadonlyArray<string>) => {
  const ordered = periods.toSorted()
  const [first, last] = [ordered[0], ordered.at(-1)]
  return first === undefined || last === undefined ? null : { first, last }
}
