/**
 * The offline check of files: the validation job's own engine as a local process, so that a supplier sees exactly
 * the verdict that the pipeline will give.
 */
import { FilesToCheck } from "@pos/pipeline"
import { FileReports } from "@pos/runs/report"
import { Array, Effect, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { runToEnd } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(FileReports))
const encode = Schema.encodeEffect(Schema.fromJsonString(FilesToCheck))

/** Where the job's code lies. */
const SOURCES = ["libs/platform/job-runtime/src", "apps/validation-job/src"]

export interface Checked {
  readonly dataset: FilesToCheck["dataset"]
  /** As reports call the file. */
  readonly name: string
  /** What opens it. */
  readonly path: string
}

/** Checks files, in the order given, by one process for all of them: it takes longer to start than most files take. */
export const check = Effect.fn("check")(
  function* ({
    files,
    plan,
    prefix,
  }: {
    readonly files: ReadonlyArray<Checked>
    readonly plan: string
    /** Where they would be sent. */
    readonly prefix: string
  }) {
    const workspace = yield* Workspace
    const python = yield* workspace.python("glue-shell", "glue-spark")
    const numbered = files.map((file, at) => ({ ...file, at }))
    const groups = Object.values(Array.groupBy(numbered, ({ dataset }) => dataset))
    const list = yield* Effect.forEach(groups, (group) =>
      encode({ dataset: group[0].dataset, files: group.map(({ path }) => path) }),
    )
    const { output, complaints, code } = yield* runToEnd({
      program: python,
      args: ["-m", "pos_validation.check", "--plan", plan, "--json", `--prefix=${prefix}`, "--list"],
      env: {
        PYTHONPATH: SOURCES.map((source) => workspace.path(source)).join(":"),
        PYTHONUTF8: "1",
      },
      input: list.join("\n"),
      progress: (line) => line.replace(/^\[(\d+)\/(\d+)\] /, "Checked $1 of $2 files: "),
    })
    if (code !== 0 && code !== 1) {
      return yield* new Unavailable({
        problem: complaints.at(-1) ?? `The checker ended with exit code ${code} and no word.`,
        remedy: "",
      })
    }
    const reports = yield* decode(output)
    return Array.zip(groups.flat(), reports)
      .map(([{ at, dataset, name }, report]) => ({ at, report: { ...report, file: name, dataset } }))
      .toSorted((one, other) => one.at - other.at)
      .map(({ report }) => report)
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
