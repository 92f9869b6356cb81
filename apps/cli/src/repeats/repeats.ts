/** Keys that a table holds on several business dates, near enough to be the same row. */

/** What is looked for, and where. */
export interface Repeats {
  readonly table: string
  readonly key: ReadonlyArray<string>
  /** The column of the business date. */
  readonly date: string
  /** How many days apart two dates may be. */
  readonly days: number
  /** 0: all. */
  readonly limit: number
}

/** One row for each date on which a key stands again, beside the date before it, the newest first. */
export const repeatsStatement = (
  identifier: (name: string) => string,
  { table, key, date, days, limit }: Repeats,
): string => {
  const names = key.map(identifier).join(", ")
  const on = identifier(date)
  return [
    `SELECT ${names}, before AS first_date, ${on} AS again_on, ${on} - before AS days_apart`,
    `FROM (SELECT ${names}, ${on}, lag(${on}) OVER (PARTITION BY ${names} ORDER BY ${on}) AS before FROM ${identifier(table)})`,
    `WHERE ${on} - before <= ${days}`,
    `ORDER BY ${on} DESC, ${names}`,
    ...(limit > 0 ? [`LIMIT ${limit}`] : []),
  ].join(" ")
}

/** What to do about so many of them, by what the contract says of rows that come again. */
export const whatToDo = (rows: number, acrossFiles: string | undefined, reaches: boolean): string => {
  if (rows === 0) return "No key stands on two dates that are so near."
  const first =
    "Which of the rows is true, only their sender knows; until it is settled, each date's figures count its own."
  if (acrossFiles === "latestWins" && reaches)
    return `${first} Have the true row sent once more: it takes the place of all others of its key in the window.`
  return (
    `${first} No command takes a row out of this table: ` +
    "with `unique: everywhere(…)` and `latestWins` in the contract, the true row that is sent once more takes the place of the others."
  )
}
