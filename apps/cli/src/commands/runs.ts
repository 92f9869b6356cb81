/** `pos runs`: the history, and one run in detail. */
import { RunOverview, RunReport } from "@pos/runs/report"
import { Console, Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { explainAws } from "../aws.ts"
import { jsonAs, jsonLines } from "../output/json.ts"
import { dim } from "../output/style.ts"
import { type Column, table } from "../output/table.ts"
import { count, seconds } from "../output/text.ts"
import { renderReports } from "../report/files.ts"
import { renderRun, renderTimings } from "../report/run.ts"
import { otherContract } from "../target/contract.ts"
import { resolveTarget } from "../target/target.ts"
import { readPlan } from "../workspace/plan.ts"
import { readWords, remediesOf } from "@pos/runs/words"
import * as flags from "./flags.ts"

export const runs = Command.make(
  "runs",
  {
    run: Argument.String("run").pipe(
      Argument.withDescription("A run's id, the beginning of one, or `last`; without it, the newest runs"),
      Argument.optional,
    ),
    limit: flags
      .whole("limit", { least: 1, expected: "a whole number, 1 or more" })
      .pipe(Flag.withMetavar("RUNS"), Flag.withDescription("How many runs to list"), Flag.withDefault(20)),
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ run, limit, json, stack }) {
    const target = yield* resolveTarget(stack)
    const { services } = yield* Effect.promise(() => import("../ingest.ts"))
    const shown = Option.isSome(run) ? one(target.outputs, run.value, json) : list(target.outputs, limit, json)
    yield* shown.pipe(explainAws, Effect.provide(services(target)))
    if (json) return
    // The list is of use without it: a contract that is broken here says nothing about runs.
    const read = yield* Effect.option(readPlan())
    const note = Option.isSome(read) ? otherContract(read.value.plan, target.outputs, target) : undefined
    if (note !== undefined) yield* Console.error(note)
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "List the newest runs of the pipeline, or show one: its verdicts, rows, tables, timings and, if it failed, why.",
  ),
  Command.withShortDescription("List runs, or show one"),
  Command.withExamples([
    { command: "pos runs", description: "The newest runs" },
    { command: "pos runs last", description: "The newest run in detail" },
    { command: "pos runs 20170101T060000123Z-0123456789ab --json", description: "One run for a script" },
  ]),
)

interface Where {
  readonly StateMachineArn: string
  readonly ResultsBucketName: string
}

const one = Effect.fnUntraced(function* (where: Where, wanted: string, json: boolean) {
  const { findRun } = yield* Effect.promise(() => import("../runs/find.ts"))
  const { readRunReport } = yield* Effect.promise(() => import("@pos/runs"))
  const { runId, execution } = yield* findRun(where.StateMachineArn, wanted)
  const report = yield* readRunReport(where.ResultsBucketName, runId, execution)
  if (json) return yield* Console.log(yield* jsonAs(RunReport, report))
  const { path, plan } = yield* readPlan()
  const verdicts =
    report.files.length === 0 ? [] : [...renderReports(report.files, remediesOf(yield* readWords(path), plan)), ""]
  yield* Console.log([...verdicts, ...renderRun(report), ...renderTimings(report)].join("\n"))
})

const COLUMNS: ReadonlyArray<Column> = [
  { title: "run" },
  { title: "dataset" },
  { title: "status" },
  { title: "took", align: "right" },
  { title: "valid", align: "right" },
  { title: "rejected", align: "right" },
  { title: "new rows", align: "right" },
]

const list = Effect.fnUntraced(function* (where: Where, limit: number, json: boolean) {
  const { overview } = yield* Effect.promise(() => import("@pos/runs"))
  const found = yield* overview(where.StateMachineArn, where.ResultsBucketName, limit)
  if (json)
    return yield* Console.log(jsonLines(yield* Effect.orDie(Schema.encodeEffect(Schema.Array(RunOverview))(found))))
  if (found.length === 0) return yield* Console.log("There is no run yet. Start one: pos ingest FILE…")
  yield* Console.log([...table(COLUMNS, found.map(line)), dim("One in detail: pos runs RUN")].join("\n"))
})

const line = ({ runId, dataset, status, seconds: took, files, appended }: RunOverview): Array<string> => [
  runId,
  dataset ?? "",
  status.toLowerCase(),
  seconds(took),
  files === null ? "" : count(files.valid),
  files === null ? "" : count(files.rejected),
  appended === null ? "" : count(appended),
]
