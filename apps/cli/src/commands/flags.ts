/** Flags that several commands share. */
import { Flag } from "effect/cli"

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
