/** `pos ingest`: send files, follow their run, read the verdicts. */
import { Console, Duration, Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Unsuccessful } from "../errors.ts"
import { jsonDocument } from "../output/json.ts"
import { renderReports } from "../report/files.ts"
import { renderRun } from "../report/run.ts"
import { resolveTarget } from "../target/target.ts"
import { findFiles } from "../workspace/files.ts"
import { readPlan } from "../workspace/plan.ts"
import * as flags from "./flags.ts"

export const ingest = Command.make(
  "ingest",
  {
    paths: Argument.String("path").pipe(Argument.withDescription("Files, or folders of files"), Argument.atLeast(1)),
    timeout: Flag.Int("timeout").pipe(
      Flag.withMetavar("MINUTES"),
      Flag.withDescription("Give up watching after so long; the run goes on"),
      Flag.filter(
        (minutes) => minutes > 0,
        () => "Expected 1 or more",
      ),
      Flag.withDefault(60),
    ),
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ paths, timeout, json, stack }) {
    const files = yield* findFiles(paths)
    const target = yield* resolveTarget(stack)
    const { ingestFiles, services } = yield* Effect.promise(() => import("../ingest.ts"))
    const run = yield* ingestFiles(target, files, Duration.minutes(timeout)).pipe(Effect.provide(services(target)))
    if (json) yield* Console.log(jsonDocument(run))
    else {
      const { plan } = yield* readPlan()
      yield* Console.log([...renderReports(run.files, plan.reasons), "", ...renderRun(run)].join("\n"))
    }
    if (run.status !== "SUCCEEDED") return yield* new Unsuccessful()
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Send files to the source bucket, follow the run that works on them to its end, and print a verdict for each. " +
      "Exit code 0: the run succeeded, though single files may be rejected; 1: the run failed, as when no file was valid; " +
      "2: the files could not be sent.",
  ),
  Command.withShortDescription("Send files and follow their run"),
  Command.withExamples([
    { command: "pos ingest exports/2017-01-01.csv", description: "One file" },
    { command: "pos ingest exports/ --json > run.json", description: "A folder, with the result for a script" },
    { command: "pos ingest exports/ --stack pos-prod", description: "Into a deployed stack" },
  ]),
)
