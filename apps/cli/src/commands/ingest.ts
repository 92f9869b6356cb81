/** `pos ingest`: send files, follow their run, read the verdicts. */
import { Console, Duration, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { findDatasets, renderFound } from "../dataset/find.ts"
import { InvalidRequest, Unsuccessful } from "../errors.ts"
import { jsonAs } from "../output/json.ts"
import { renderReports } from "../report/files.ts"
import { renderRuns } from "../report/run.ts"
import { otherContract } from "../target/contract.ts"
import { resolveTarget } from "../target/target.ts"
import { complain, findFiles } from "../workspace/files.ts"
import { STDIN } from "../workspace/openable.ts"
import { namesOf, readPlan } from "../workspace/plan.ts"
import { readWords, remediesOf } from "@pos/runs/words"
import * as flags from "./flags.ts"

export const ingest = Command.make(
  "ingest",
  {
    paths: Argument.String("path").pipe(Argument.withDescription("Files, or folders of files"), Argument.atLeast(1)),
    timeout: flags
      .whole("timeout", { least: 1, most: 10_080, expected: "whole minutes, 1 to 10080 (a week)" })
      .pipe(
        Flag.withMetavar("MINUTES"),
        Flag.withDescription("Give up watching after so long; the run goes on"),
        Flag.withDefault(60),
      ),
    dataset: flags.dataset,
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ paths, timeout, dataset, json, stack }) {
    if (paths.includes(STDIN)) {
      return yield* new InvalidRequest({
        problem: "Standard input has no name to be sent under.",
        remedy: "Save it as a file and send that. To check it only: pos validate -",
      })
    }
    const { files, leftOut } = yield* findFiles(paths)
    if (files.length === 0) return yield* complain(leftOut)
    const target = yield* resolveTarget(stack)
    // Before anything is sent: the verdicts could not be shown without it.
    const { path, plan } = yield* readPlan()
    const note = otherContract(plan, target.outputs, target)
    if (note !== undefined) yield* Console.error(note)
    const { ingestFiles, services } = yield* Effect.promise(() => import("../ingest.ts"))
    const found = yield* findDatasets(plan, files, Option.getOrUndefined(dataset))
    if (!json) yield* Console.log(renderFound(found).join("\n"))
    const run = yield* ingestFiles(target, found, namesOf(plan), Duration.minutes(timeout)).pipe(
      Effect.provide(services(target)),
    )
    const { CombinedRun } = yield* Effect.promise(() => import("../runs/combine.ts"))
    if (json) yield* Console.log(yield* jsonAs(CombinedRun, run))
    else {
      const remedies = remediesOf(yield* readWords(path), plan)
      yield* Console.log([...renderReports(run.files, remedies), "", ...renderRuns(run)].join("\n"))
    }
    yield* complain(leftOut)
    // Rows that were kept out are not where their sender believes them to be: a script must not go on.
    if (run.status !== "SUCCEEDED" || (run.rows?.conflicts ?? 0) > 0) return yield* new Unsuccessful()
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Send files to the source bucket, follow the run that works on them to its end, and print a verdict for each. " +
      "Exit code 0: the run succeeded, though single files may be rejected; 1: the run failed, as when no file was valid, " +
      "or kept rows out whose ids the tables know with other values; " +
      "2: the files could not be sent.",
  ),
  Command.withShortDescription("Send files and follow their run"),
  Command.withExamples([
    { command: "pos ingest exports/2017-01-01.csv", description: "One file" },
    { command: "pos ingest exports/ --json > run.json", description: "A folder, with the result for a script" },
    { command: "pos ingest totals.csv --dataset declared_totals", description: "As a file of this dataset" },
    { command: "pos ingest exports/ --stack pos-prod", description: "Into a deployed stack" },
  ]),
)
