import { shardBytes } from "@pos/pipeline"
import { Option, Result, Schema } from "effect"
import { type ExpectedHours, HoursByDataset, readExpectedHours } from "./expected-hours.ts"
import { readReport, type ReportSetting } from "./report.ts"
import { type Supplier, readSuppliers } from "./suppliers.ts"

/** Context arrives as text from the command line, and as JSON from cdk.json. */
const Text = Schema.Union([Schema.String, Schema.Number, Schema.Boolean])

const Context = Schema.Struct({
  stage: Schema.String.check(
    Schema.isPattern(/^[a-z][a-z0-9-]{0,15}$/, { expected: "1 to 16 small letters, digits or hyphens" }),
  ),
  engine: Schema.optionalKey(Schema.Literals(["embedded", "spark"])),
  transformationType: Schema.optionalKey(Schema.Literals(["glueetl", "pythonshell"])),
  workers: Schema.optionalKey(Text),
  workerType: Schema.optionalKey(Schema.Literals(["G.1X", "G.2X", "G.4X", "G.8X"])),
  maintenance: Schema.optionalKey(
    Schema.String.check(
      Schema.isPattern(/^(off|cron\(\S+ \S+ \S+ \S+ \S+ \S+\))$/, {
        expected: "off, or a cron expression of six fields such as cron(0 3 * * ? *)",
      }),
    ),
  ),
  retentionDays: Schema.optionalKey(Text),
  batchingWindow: Schema.optionalKey(Text),
  shardMegabytes: Schema.optionalKey(Text),
  email: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[^@\s]+@[^@\s]+$/, { expected: "an address" }))),
  expectDataFrom: Schema.optionalKey(HoursByDataset),
  expectDataBy: Schema.optionalKey(HoursByDataset),
  accessLogsBucket: Schema.optionalKey(Schema.NonEmptyString),
  encryption: Schema.optionalKey(Schema.Literals(["s3-managed", "customer-managed"])),
  kmsKeyArn: Schema.optionalKey(
    Schema.String.check(
      Schema.isPattern(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, {
        expected: "the ARN of a key, such as arn:aws:kms:eu-west-1:111122223333:key/…",
      }),
    ),
  ),
  suppliers: Schema.optionalKey(Schema.Unknown),
  report: Schema.optionalKey(Text),
  currency: Schema.optionalKey(
    Schema.String.check(Schema.isPattern(/^[A-Z]{3}$/, { expected: "a currency of ISO 4217, such as EUR" })),
  ),
  dpuPrice: Schema.optionalKey(Text),
  logRetentionDays: Schema.optionalKey(Text),
  removeData: Schema.optionalKey(Text),
  removeDataOf: Schema.optionalKey(Text),
})

/** A setting (`-c name=value`) that makes no sense; the message says which and what would. */
export class SettingsError extends Schema.TaggedError<SettingsError>()("SettingsError", { message: Schema.String }) {}

/** AWS' own keys, or one KMS key: an existing one of the organisation, or else one that the stack makes. */
export type Encryption =
  | { readonly kind: "s3-managed" }
  | { readonly kind: "customer-managed"; readonly keyArn: Option.Option<string> }

export interface Settings {
  readonly stage: string
  readonly stackName: string
  /** On a laptop: quick, and everything goes when the stack goes. */
  readonly local: boolean
  readonly engine: "embedded" | "spark"
  /** What kind of Glue job the engine runs in; Spark runs in `glueetl` only. */
  readonly transformationType: "glueetl" | "pythonshell"
  /** Of a `glueetl` job: how many workers a load may have, the driver among them, and how large each is. */
  readonly workers: number
  readonly workerType: "G.1X" | "G.2X" | "G.4X" | "G.8X"
  /** When the tables are maintained, as Glue's cron expression in UTC; none: never by itself. */
  readonly maintenance: Option.Option<string>
  /** How long files stay that have left a table, in days: readers and loads may still be at them. */
  readonly retentionDays: number
  /** How long the queue gathers files for one run, in seconds. */
  readonly batchingWindowSeconds: number
  /** Bytes of source files that one run of the validation job judges; a larger manifest is split. */
  readonly shardBytes: number
  readonly email: Option.Option<string>
  /** When data must come, of each dataset that is waited for. */
  readonly expectedHours: ReadonlyArray<ExpectedHours>
  readonly accessLogsBucket: Option.Option<string>
  /** Whose keys encrypt what the stack holds. */
  readonly encryption: Encryption
  /** Others who may put files under a prefix of their own. */
  readonly suppliers: ReadonlyArray<Supplier>
  /** What reports show that are written after each load; none: no reports are written. */
  readonly report: Option.Option<ReportSetting>
  readonly logRetentionDays: number
  /** Whether buckets and what they hold may go with the stack. */
  readonly removeData: boolean
}

const everyNight = "cron(0 3 * * ? *)"

/** Delta's own limit, which the job holds to: below it a long load could lose files that it has just written. */
const leastRetentionDays = 7

/** Retentions that CloudWatch Logs knows. */
const retentions = new Set([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 3653])

/** Settings of earlier releases, and what to do instead. */
const retired: Readonly<Record<string, string>> = {
  crawler:
    "leave it out: the catalogue's tables have the contract's columns after each deployment, and no crawler is needed",
}

/** What cdk.json says under `stages`, for each stage. */
const Stages = Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown))

/**
 * Reads the settings from the CDK context: the command line first, then the stage's own under `stages` in cdk.json.
 * Throws `SettingsError`.
 */
export const readSettings = (context: (name: string) => unknown): Settings => {
  const stages = Schema.decodeUnknownResult(Stages)(context("stages") ?? {})
  if (stages._tag === "Failure") throw new SettingsError({ message: `stages in cdk.json: ${stages.failure.message}` })
  const stage = context("stage") ?? "local"
  const own = stages.success[String(stage)] ?? {}
  for (const [name, words] of Object.entries(retired)) {
    if (context(name) === undefined && own[name] === undefined) continue
    throw new SettingsError({ message: `The setting ${name} is gone: ${words}.` })
  }
  const unknown = Object.keys(own).filter((name) => !(name in Context.fields))
  if (unknown.length > 0) {
    throw new SettingsError({ message: `cdk.json, stage ${String(stage)}: there is no setting ${unknown.join(", ")}.` })
  }
  const given = Object.fromEntries(
    Object.keys(Context.fields).flatMap((name) => {
      const value = name === "stage" ? stage : (context(name) ?? own[name])
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const decoded = Schema.decodeUnknownResult(Context)(given)
  if (decoded._tag === "Failure") throw new SettingsError({ message: `Setting refused: ${decoded.failure.message}` })
  const {
    accessLogsBucket,
    currency,
    dpuPrice,
    email,
    encryption,
    expectDataBy,
    expectDataFrom,
    kmsKeyArn,
    maintenance = everyNight,
    removeData,
    removeDataOf,
    report: wantsReport,
    stage: name,
    suppliers,
    transformationType = "glueetl",
    workerType = "G.1X",
    ...numbers
  } = decoded.success
  const local = name === "local"
  // A laptop has no need of Spark, and perhaps no JDK.
  const engine = decoded.success.engine ?? (local || transformationType === "pythonshell" ? "embedded" : "spark")
  if (engine === "spark" && transformationType === "pythonshell") {
    throw new SettingsError({
      message:
        "transformationType=pythonshell runs the engine embedded only: leave transformationType out, or set engine=embedded.",
    })
  }
  const expectedHours = readExpectedHours(expectDataBy, expectDataFrom)
  if (Result.isFailure(expectedHours)) throw new SettingsError({ message: expectedHours.failure })
  const logRetentionDays = whole("logRetentionDays", numbers.logRetentionDays, 1, 3653) ?? 90
  if (!retentions.has(logRetentionDays)) {
    throw new SettingsError({ message: `logRetentionDays must be one of ${[...retentions].join(", ")}.` })
  }
  const named = readSuppliers(suppliers)
  if (Result.isFailure(named)) throw new SettingsError({ message: named.failure })
  const report = readReport({ report: wantsReport, currency, dpuPrice })
  if (Result.isFailure(report)) throw new SettingsError({ message: report.failure })
  return {
    stage: name,
    stackName: `pos-${name}`,
    local,
    engine,
    transformationType,
    workers: whole("workers", numbers.workers, 2, 299) ?? 2,
    workerType,
    maintenance: maintenance === "off" ? Option.none() : Option.some(maintenance),
    retentionDays: whole("retentionDays", numbers.retentionDays, leastRetentionDays, 365) ?? leastRetentionDays,
    batchingWindowSeconds: whole("batchingWindow", numbers.batchingWindow, 0, 300) ?? (local ? 2 : 60),
    shardBytes: megabytes(whole("shardMegabytes", numbers.shardMegabytes, 1, 1_000_000)) ?? shardBytes,
    email: Option.fromUndefinedOr(email),
    expectedHours: expectedHours.success,
    accessLogsBucket: Option.fromUndefinedOr(accessLogsBucket),
    encryption: readEncryption(encryption, kmsKeyArn),
    suppliers: named.success,
    report: report.success,
    logRetentionDays,
    removeData: local || (isYes(removeData) && removeDataOf === name),
  }
}

const readEncryption = (kind: Encryption["kind"] | undefined, keyArn: string | undefined): Encryption => {
  if (kind === "s3-managed" && keyArn !== undefined) {
    throw new SettingsError({
      message: "kmsKeyArn is for encryption=customer-managed: leave encryption out, or leave kmsKeyArn out.",
    })
  }
  return kind === "customer-managed" || keyArn !== undefined
    ? { kind: "customer-managed", keyArn: Option.fromUndefinedOr(keyArn) }
    : { kind: "s3-managed" }
}

const megabytes = (count: number | undefined) => (count === undefined ? undefined : count * 1024 ** 2)

const isYes = (value: unknown): boolean => value === true || value === "true"

const whole = (name: string, value: unknown, least: number, most: number): number | undefined => {
  if (value === undefined) return undefined
  const number = typeof value === "boolean" || value === "" ? Number.NaN : Number(value)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw new SettingsError({ message: `${name} must be a whole number from ${least} to ${most}; it is ${value}.` })
}
