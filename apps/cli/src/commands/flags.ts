/** Flags that several commands share. */
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { InvalidRequest } from "../errors.ts"

export const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Print JSON for scripts, in the shape that docs/cli.md describes"),
  Flag.withDefault(false),
)

export const csv = Flag.Boolean("csv").pipe(
  Flag.withDescription("Print CSV with a header line"),
  Flag.withDefault(false),
)

export const stack = Flag.String("stack").pipe(
  Flag.withMetavar("NAME"),
  Flag.withDescription(
    "Work on this deployed CloudFormation stack instead of the local AWS; credentials and region as for the AWS CLI",
  ),
  Flag.optional,
)

export const dataset = Flag.String("dataset").pipe(
  Flag.withMetavar("NAME"),
  Flag.withDescription(
    "The dataset that all the files are of; without it their headers tell, or the folders that they lie in",
  ),
  Flag.optional,
)

/** A whole number in digits, within bounds; `expected` says which in words. */
export const whole = (
  name: string,
  { least, most = Number.MAX_SAFE_INTEGER, expected }: { least: number; most?: number; expected: string },
) =>
  Flag.String(name).pipe(
    Flag.filterMap(
      (text) => {
        const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
        return value >= least && value <= most ? Option.some(value) : Option.none()
      },
      () => `Expected ${expected}`,
    ),
  )

export const overwrite = Flag.Boolean("overwrite").pipe(
  Flag.withDescription("Replace the file if there is one"),
  Flag.withDefault(false),
)

/** Rows of a table for people, unless they ask for more. */
const SHOWN = 20

export const limit = whole("limit", { least: 0, expected: "a whole number, 0 (all rows) or more" }).pipe(
  Flag.withMetavar("ROWS"),
  Flag.withDescription(`At most so many rows; 0 means all (default: ${SHOWN} as a table, all as --csv or --json)`),
  Flag.optional,
)

/** How many rows that means, in one form or another; 0: all. */
export const rowsOf = (
  given: Option.Option<number>,
  { csv = false, json }: { readonly csv?: boolean; readonly json: boolean },
): number => Option.getOrElse(given, () => (csv || json ? 0 : SHOWN))

/** A moment, for which a day stands that begins then. */
export const moment = (name: string, words: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("TIME"),
    Flag.withDescription(words),
    Flag.filterMap(
      // Without a zone a day is UTC, and a time of day the machine's own, which nobody means here.
      (text) =>
        /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text) && !Number.isNaN(Date.parse(text))
          ? Option.some(new Date(text))
          : Option.none(),
      () => "Expected a day or a time in UTC, such as 2026-03-01 or 2026-03-01T06:00Z",
    ),
    Flag.optional,
  )

/** Two forms of one output exclude each other. */
export const oneForm = ({ csv, json }: { readonly csv: boolean; readonly json: boolean }) =>
  csv && json
    ? Effect.fail(new InvalidRequest({ problem: "Give --csv or --json, not both.", remedy: "" }))
    : Effect.void

/** A day that there is: JavaScript takes the 30th of February for the 2nd of March. */
export const isDate = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const moment = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text)
}

export const date = Flag.String("date").pipe(
  Flag.withMetavar("YYYY-MM-DD"),
  Flag.withDescription("Only this business date; of a KPI by week or month, the one that it is in"),
  Flag.filter(isDate, () => "Expected a date such as 2017-01-31"),
  Flag.optional,
)

const CURRENCY = /^[A-Z]{3}$/

export const currency = Flag.String("currency").pipe(
  Flag.withMetavar("CODE"),
  Flag.withDescription("What amounts of money are in, such as EUR; without it they have no sign"),
  Flag.filter(
    (code) => CURRENCY.test(code),
    () => "Expected a currency of ISO 4217, such as EUR",
  ),
  Flag.optional,
)

export const dpuPrice = Flag.String("dpu-price").pipe(
  Flag.withMetavar("USD"),
  Flag.withDescription("What a DPU-hour costs in US dollars, such as 0.44; without it runs have no price"),
  Flag.filterMap(
    (text) => (/^\d+(\.\d+)?$/.test(text) ? Option.some(Number(text)) : Option.none()),
    () => "Expected an amount such as 0.44",
  ),
  Flag.optional,
)
