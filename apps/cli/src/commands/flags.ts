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

/** Two forms of one output exclude each other. */
export const oneForm = ({ csv, json }: { readonly csv: boolean; readonly json: boolean }) =>
  csv && json
    ? Effect.fail(new InvalidRequest({ problem: "Give --csv or --json, not both.", remedy: "" }))
    : Effect.void
