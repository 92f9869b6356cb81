/** `pos demo`: everything at once, on real sales. `npm start` ends here. */
import { Console, Duration, Effect, Option } from "effect"
import { Command } from "effect/cli"
import { differences } from "../demo/check.ts"
import { DATASET, demoData } from "../demo/data.ts"
import { NEXT, renderFigures, renderNext, renderPage, renderPlaces } from "../demo/report.ts"
import { Unsuccessful } from "../errors.ts"
import { addressOf } from "../local/page.ts"
import { places } from "../local/places.ts"
import { ensureStarted, whatever } from "../local/start.ts"
import { jsonAs } from "../output/json.ts"
import { Progress } from "../output/progress.ts"
import { renderReports } from "../report/files.ts"
import { renderRun } from "../report/run.ts"
import { resolveTarget } from "../target/target.ts"
import { namesOf, readPlan } from "../workspace/plan.ts"
import { readWords, remediesOf } from "@pos/runs/words"
import * as flags from "./flags.ts"

const TIMEOUT = Duration.minutes(10)

export const demo = Command.make(
  "demo",
  { json: flags.json },
  Effect.fn(function* ({ json }) {
    const progress = yield* Progress
    const [{ state, page }, data] = yield* Effect.all([ensureStarted(whatever), demoData()], { concurrency: 2 })
    const target = yield* resolveTarget(Option.none())
    const { ingestFiles, services } = yield* Effect.promise(() => import("../ingest.ts"))
    const { path, plan } = yield* readPlan()
    const files = data.files.map((file) => ({ file, dataset: DATASET }))
    const run = yield* ingestFiles(target, files, namesOf(plan), TIMEOUT).pipe(Effect.provide(services(target)))

    yield* progress.step("Reading the tables …")
    const { openLake } = yield* Effect.promise(() => import("../lake.ts"))
    const { readFigures } = yield* Effect.promise(() => import("../demo/figures.ts"))
    const lake = yield* openLake(yield* target.lake, { localFiles: true })
    const found = yield* readFigures(lake, plan, data.expected, data.keys)
    const different = differences(data.expected, found, run.files)
    yield* progress.clear

    const { data: kept, logs, log } = yield* places
    const where = {
      files: data.folder,
      endpoint: state.endpoint,
      page: page === undefined ? null : addressOf(page),
      data: kept,
      logs,
      log,
      outputs: state.deployed.outputs,
    }
    if (json) {
      const { DemoReport } = yield* Effect.promise(() => import("../demo/document.ts"))
      const next = NEXT.map(({ command }) => command)
      yield* Console.log(
        yield* jsonAs(DemoReport, { run, expected: data.expected.totals, found, differences: different, where, next }),
      )
    } else {
      const sections = [
        renderReports(run.files, remediesOf(yield* readWords(path), plan)),
        renderRun(run),
        renderFigures(data.expected, found, different),
        renderPlaces(where),
        renderNext(),
        ...(where.page === null ? [] : [renderPage(where.page)]),
      ]
      yield* Console.log(sections.map((part) => part.join("\n")).join("\n\n"))
    }
    // The trigger may have split the files, and a run of broken files alone fails by design.
    const failed = (run.runs ?? [run]).filter(
      ({ status, files }) =>
        status !== "SUCCEEDED" && (files.length === 0 || files.some(({ verdict }) => verdict === "valid")),
    )
    if (failed.length > 0 || different.length > 0) return yield* new Unsuccessful()
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Start the platform, load two weeks of a real retailer's sales in every format and a handful of broken files, and show " +
      "what became of them. The totals are checked against figures computed from the source records without the platform.",
  ),
  Command.withShortDescription("Start everything and load two weeks of real sales"),
)
