/** How much time a row of a KPI stands for. */

/** `week` is a week of ISO 8601: from a Monday to the Sunday after it. All are made of business dates. */
export type Grain = "day" | "week" | "month"

/** The column that says which period a row stands for, by its first day. It partitions the table. */
export const PERIOD_COLUMN = { day: "date", week: "week", month: "month" } as const
export type PeriodColumn<G extends Grain> = (typeof PERIOD_COLUMN)[G]

export const PERIOD_WORDS = {
  day: "Business date",
  week: "First day, a Monday, of the ISO week that the business date is in",
  month: "First day of the month that the business date is in",
} as const satisfies Record<Grain, string>

const DAY_MILLISECONDS = 86_400_000

/** The first day of the period that a day is in; both `yyyy-mm-dd`. */
export const periodOf = (grain: Grain, date: string): string => {
  if (grain === "day") return date
  if (grain === "month") return `${date.slice(0, -2)}01`
  const moment = new Date(`${date}T00:00:00Z`)
  const sinceMonday = (moment.getUTCDay() + 6) % 7
  return new Date(moment.getTime() - sinceMonday * DAY_MILLISECONDS).toISOString().slice(0, 10)
}
