/**
 * The offline check of files: the validation job's own engine as a local process, so that a supplier sees exactly
 * the verdict that the pipeline will give.
 */
import { Effect, Schema, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { Unavailable } from "../errors.ts"
import { Progress } from "../output/progress.ts"
import { FileReports } from "../report/file-report.ts"
import { Workspace } from "../workspace/workspace.ts"

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(FileReports))

/** Where the job's code lies. */
const SOURCES = ["libs/platform/job-runtime/src", "apps/validation-job/src"]

/** Checks the files, in the order given. Nothing leaves the machine. */
export const check = Effect.fn("check")(
  function* ({ files, plan }: { readonly files: ReadonlyArray<string>; readonly plan: string }) {
    const workspace = yield* Workspace
    const python = yield* workspace.python("glue-shell", "glue-spark")
    const args = ["-m", "pos_validation.check", "--plan", plan, "--json", "--", ...files]
    const { output, complaints, code } = yield* run(
      ChildProcess.make(python, args, {
        env: { PYTHONPATH: SOURCES.map((source) => workspace.path(source)).join(":"), PYTHONUTF8: "1" },
        extendEnv: true,
        stdin: "ignore",
      }),
    )
    if (code !== 0 && code !== 1) {
      return yield* new Unavailable({
        problem: complaints.at(-1) ?? `The checker ended with exit code ${code} and no word.`,
        remedy: "",
      })
    }
    return yield* decode(output)
  },
  Effect.catchTags({
    PlatformError: (cause) => new Unavailable({ problem: `The checker did not start: ${cause.message}`, remedy: "Run: npm run setup", cause }),
    SchemaError: (cause) => new Unavailable({ problem: `The checker printed something else than reports: ${cause.message}`, remedy: "", cause }),
  }),
)

/** Runs to the end; the lines that the checker writes to standard error are its progress. */
const run = (command: ChildProcess.Command) =>
  Effect.scoped(
    Effect.gen(function* () {
      const progress = yield* Progress
      const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
      const handle = yield* spawner.spawn(command)
      const [output, complaints] = yield* Effect.all(
        [
          Stream.mkString(Stream.decodeText(handle.stdout)),
          handle.stderr.pipe(
            Stream.decodeText(),
            Stream.splitLines,
            Stream.filter((line) => line.trim() !== ""),
            Stream.tap((line) => progress.step(line)),
            Stream.runCollect,
          ),
        ],
        { concurrency: 2 },
      )
      yield* progress.clear
      return { output, complaints, code: yield* handle.exitCode }
    }),
  )
