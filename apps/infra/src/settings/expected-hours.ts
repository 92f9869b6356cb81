import { Option, Result, Schema } from "effect"

/** The hours of a day, UTC, in which at least one file of a dataset must arrive: from (included) to by (excluded). */
export interface ExpectedHours {
  /** None: the default dataset. */
  readonly dataset: Option.Option<string>
  readonly from: number
  readonly by: number
}

const Hour = Schema.Union([Schema.Number, Schema.NumberFromString])
const Hours = Schema.Record(Schema.String, Hour)

/** One hour for the default dataset, or hours by dataset; the command line can only say the latter as JSON. */
export const HoursByDataset = Schema.Union([Schema.fromJsonString(Hours), Hours, Hour])
type HoursByDataset = typeof HoursByDataset.Type

const isHour = (hour: number, least: number, most: number) => Number.isInteger(hour) && hour >= least && hour <= most

/** When data is expected of which dataset, or a sentence that says what is wrong with it. */
export const readExpectedHours = (
  by: HoursByDataset | undefined,
  from: HoursByDataset | undefined,
): Result.Result<ReadonlyArray<ExpectedHours>, string> => {
  if (by === undefined) {
    return from === undefined || typeof from === "number"
      ? Result.succeed([])
      : Result.fail("expectDataFrom names datasets: name them in expectDataBy too.")
  }
  if (typeof by === "number" && typeof from === "object") {
    return Result.fail("expectDataFrom names datasets, and expectDataBy does not: name them in both, or in neither.")
  }
  const named = typeof by === "number" ? [[undefined, by] as const] : Object.entries(by)
  const unused =
    typeof from === "object" ? Object.keys(from).find((dataset) => !named.some(([of]) => of === dataset)) : undefined
  if (unused !== undefined) return Result.fail(`expectDataFrom names ${unused}, and expectDataBy does not.`)
  const hours: Array<ExpectedHours> = []
  for (const [dataset, last] of named) {
    const first = (typeof from === "object" ? from[dataset ?? ""] : from) ?? 0
    const of = dataset === undefined ? "" : ` of ${dataset}`
    if (!isHour(last, 1, 24))
      return Result.fail(`expectDataBy${of} must be a whole number from 1 to 24; it is ${last}.`)
    if (!isHour(first, 0, 23))
      return Result.fail(`expectDataFrom${of} must be a whole number from 0 to 23; it is ${first}.`)
    if (first >= last)
      return Result.fail(`expectDataFrom${of} (${first}) must be before expectDataBy (${last}), hours in UTC.`)
    hours.push({ dataset: Option.fromUndefinedOr(dataset), from: first, by: last })
  }
  return Result.succeed(hours)
}
