/**
 * The offline check of files: the validation job's own engine as a local process, so that a supplier sees exactly
 * the verdict that the pipeline will give.
 */
import { Effect, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { FileReports } from "../report/file-report.ts"
import { runToEnd } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(FileReports))

/** Where the job's code lies. */
const SOURCES = ["libs/platform/job-runtime/src", "apps/validation-job/src"]

export interface Checked {
  /** As reports call the file. */
  readonly name: string
  /** What opens it. */
  readonly path: string
}

/** Checks files of one dataset, in the order given. Nothing leaves the machine. */
export const check = Effect.fn("check")(
  function* ({
    dataset,
    files,
    plan,
    prefix,
  }: {
    readonly dataset: string
    readonly files: ReadonlyArray<Checked>
    readonly plan: string
    /** Where they would be sent. */
    readonly prefix: string
  }) {
    const workspace = yield* Workspace
    const python = yield* workspace.python("glue-shell", "glue-spark")
    const { output, complaints, code } = yield* runToEnd({
      program: python,
      args: [
        "-m",
        "pos_validation.check",
        "--plan",
        plan,
        "--dataset",
        dataset,
        "--json",
        `--prefix=${prefix}`,
        "--",
        ...files.map(({ path }) => path),
      ],
      env: { PYTHONPATH: SOURCES.map((source) => workspace.path(source)).join(":"), PYTHONUTF8: "1" },
      progress: (line) => line.replace(/^\[(\d+)\/(\d+)\] /, "Checked $1 of $2 files: "),
    })
    if (code !== 0 && code !== 1) {
      return yield* new Unavailable({
        problem: complaints.at(-1) ?? `The checker ended with exit code ${code} and no word.`,
        remedy: "",
      })
    }
    const reports = yield* decode(output)
    return reports.map((report, at) => ({ ...report, file: files[at]?.name ?? report.file, dataset }))
  },
  Effect.catchTags({
    PlatformError: (cause) =>
      new Unavailable({ problem: `The checker did not start: ${cause.message}`, remedy: "Run: npm run setup", cause }),
    SchemaError: (cause) =>
      new Unavailable({
        problem: `The checker printed something else than reports: ${cause.message}`,
        remedy: "",
        cause,
      }),
  }),
)
