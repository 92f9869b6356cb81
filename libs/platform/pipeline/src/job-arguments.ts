import { Schema } from "effect"

/** The arguments that the jobs know, those of Glue's own apart. Python's command lines are checked against them. */
export const ArgumentName = Schema.Literals([
  // Every job's.
  "run_id",
  "plan",
  // The plan that a run began with: it goes on with it when another one is deployed meanwhile.
  "run_plan",
  "results",
  "stage",
  "region",
  // The validation job's.
  "manifest",
  "rejected",
  "shard",
  "shards",
  "file_seconds",
  "file_megabytes",
  "always_exact",
  // The transformation job's, and those of its other modes.
  "lake",
  "engine",
  "dataset",
  "repair",
  "maintain",
  "retention_days",
  "drop_canary",
  // Not read by the jobs, but by whoever starts a repair: see below.
  "repair_modules",
])
export type ArgumentName = typeof ArgumentName.Type

/** An argument as a command line has it: `--run_id`. */
export const argument = <Name extends ArgumentName>(name: Name): `--${Name}` => `--${name}`

/**
 * Arguments of a job as Glue takes them.
 *
 * @example
 * jobArguments({ run_id: "r", repair: "show" }) // { "--run_id": "r", "--repair": "show" }
 */
export const jobArguments = (
  given: Readonly<Partial<Record<ArgumentName, string>>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [argument(name as ArgumentName), value]))

/**
 * An argument of the transformation job where its runs lack the libraries that a repair needs: the wheels that whoever starts
 * one gives as `--additional-python-modules`.
 */
export const repairModulesArgument = argument("repair_modules")
