/**
 * What people are told on the topic: lines of text, which a program takes apart by the same Schema. First what happened, then
 * where it can be seen, last the command to run.
 */
import { Schema, SchemaGetter } from "effect"

/** A notice, taken apart. */
const Notice = Schema.Struct({
  /** What happened; the first line names the run or the job. */
  said: Schema.NonEmptyArray(Schema.String),
  /** S3 URIs, the execution, a command that shows a log; most say before a colon what they are. */
  evidence: Schema.NonEmptyArray(Schema.NonEmptyString),
  /** The command to run, and what for where that is stated. */
  next: Schema.Struct({ purpose: Schema.optionalKey(Schema.String), command: Schema.NonEmptyString }),
}).annotate({ identifier: "Notice" })
type Notice = typeof Notice.Type

const PARTS = /^(?<said>[^]+?)\nEvidence:[ \n](?<evidence>[^]+)\nNext(?:, (?<purpose>[^:\n]+))?: (?<command>[^\n]+)$/u

const takenApart = (text: string): Notice => {
  const { command = "", evidence = "", purpose, said = "" } = PARTS.exec(text)?.groups ?? {}
  return {
    said: said.split("\n") as [string, ...Array<string>],
    evidence: evidence.split("\n") as [string, ...Array<string>],
    next: { ...(purpose === undefined ? {} : { purpose }), command },
  }
}

const together = ({ evidence, next: { command, purpose }, said }: Notice): string =>
  [...said, "Evidence:", ...evidence, `Next${purpose === undefined ? "" : `, ${purpose}`}: ${command}`].join("\n")

/** Lines of text, as EventBridge sends them: each in quotes, in which nothing is escaped. */
const QuotedLines = Schema.String.check(
  Schema.isPattern(/^"[^]*"$/u, { expected: "lines in quotes, as EventBridge sends them" }),
).pipe(
  Schema.decodeTo(Schema.String, {
    decode: SchemaGetter.transform((text) => text.slice(1, -1).replaceAll('"\n"', "\n")),
    encode: SchemaGetter.transform((text) => `"${text.replaceAll("\n", '"\n"')}"`),
  }),
)

/** A notice that begins as `first` says. */
const beginning = (
  identifier: string,
  first: RegExp,
  expected: string,
  sent: Schema.Codec<string, string> = Schema.String,
) =>
  sent
    .check(
      Schema.isPattern(first, { expected }),
      Schema.isPattern(PARTS, {
        expected: "what happened, its evidence and the next command, each on lines of its own",
      }),
    )
    .pipe(
      Schema.decodeTo(Notice, { decode: SchemaGetter.transform(takenApart), encode: SchemaGetter.transform(together) }),
      Schema.annotate({ identifier }),
    )

/** Each notice of the pipeline, by what it tells. Alarms are CloudWatch's own, and JSON. */
export const notices = {
  runFailed: beginning("RunFailed", /^Run \S+ of \S+ failed\.\n/u, "a run that failed"),
  filesRejected: beginning(
    "FilesRejected",
    /^Run \S+ of \S+: \d+ of \d+ files were rejected; /u,
    "a run with rejected files",
  ),
  rowsKeptOut: beginning(
    "RowsKeptOut",
    /^Run \S+ of \S+: \d+ of \d+ rows were kept out /u,
    "a run with rows that were kept out",
  ),
  runEnded: beginning(
    "RunEnded",
    /^POS \S+: run \S+ ended \S+ without a word of its own\.\n/u,
    "a run that did not end by itself",
    QuotedLines,
  ),
  maintenanceFailed: beginning(
    "MaintenanceFailed",
    /^POS \S+: maintenance of the tables ended \S+: /u,
    "a maintenance job that failed",
    QuotedLines,
  ),
} as const

/** Any of them. */
export const AnyNotice = Schema.Union(Object.values(notices))
