/**
 * The files that a stack has kept, judged and loaded again on this machine: once by the contract that is deployed, once by this
 * checkout's, by the same jobs and in the same order. The stack is read only.
 */
import type { RunId } from "@pos/pipeline"
import { Effect, FileSystem } from "effect"
import { explainAws } from "../aws.ts"
import { Unavailable } from "../errors.ts"
import { Progress } from "../output/progress.ts"
import { bytes, count, counted } from "../output/text.ts"
import type { Target } from "../target/target.ts"
import { bring, bucketOf, manifestOf, type Sides } from "./bring.ts"
import { chooseDatasets } from "./datasets.ts"
import type { Rejudged } from "./document.ts"
import { earlierReference } from "./earlier.ts"
import { type KeptRun, readKept, runsSince } from "./kept.ts"
import { compareKpis, type KpiPair, SIDES } from "./kpis.ts"
import { planOfCheckout, planOfTarget, type Plans, sameFormat } from "./plans.ts"
import { judge, prepare } from "./side.ts"
import { Tally } from "./tally.ts"
import { compareVerdicts, type Pair } from "./verdicts.ts"

export interface Wanted {
  readonly since: Date
  /** How many verdicts and values are listed, each; 0: all. */
  readonly limit: number
}

/** Bytes of a run's files up to which both contracts judge them at once: each job may take as much memory as on AWS. */
const BESIDE = 256 * 1024 * 1024

/** Judges and loads those of a run's files that are still there, by both contracts. */
const judgeRun = Effect.fnUntraced(function* (plans: Plans, sides: Sides, dataset: string, run: KeptRun) {
  const here = yield* bring(plans, sides, dataset, run)
  if (here.length === 0) return { here, judged: [] }
  const size = here.reduce((sum, { kept }) => sum + kept.file.size, 0)
  const judged = yield* Effect.forEach(sides, (side) => judge(side, manifestOf(side, run, here)), {
    concurrency: size > BESIDE ? 1 : 2,
  })
  return { here, judged }
})

/** The same, and adds what differs. */
const rejudgeRun = Effect.fnUntraced(function* (
  plans: Plans,
  sides: Sides,
  dataset: string,
  run: KeptRun,
  tally: Tally,
) {
  const { here, judged } = yield* judgeRun(plans, sides, dataset, run)
  const gone = run.files.length - here.length + run.unreadable
  const nothing = { newlyRejected: 0, newlyAccepted: 0, rows: { newlyInvalid: 0, newlyValid: 0 } }
  if (here.length === 0) return tally.add(dataset, { files: 0, gone, ...nothing }, [])
  const lines = judged.map(
    (one) => new Map(one.lines.map((line) => [JSON.stringify([line.bucket, line.file]), line] as const)),
  )
  const pairs = yield* Effect.forEach(here, (file) => {
    const [before, after] = sides.map((side, at) => lines[at]?.get(JSON.stringify([bucketOf(side, file), file.key])))
    return before === undefined || after === undefined
      ? new Unavailable({ problem: `The job left no verdict on ${file.kept.file.key}.`, remedy: "Run: npm run setup" })
      : Effect.succeed<Pair>({ kept: file.kept, before, after })
  })
  const { flips, tally: found } = compareVerdicts(dataset, run.manifest, pairs)
  tally.add(dataset, { files: here.length, gone, ...found }, flips)
  for (const [at, side] of SIDES.entries()) {
    const stale = judged[at]?.stale
    if (stale !== undefined) tally.leaves(side, dataset, stale)
  }
})

const kpisOf = ({ deployed, today }: Plans, datasets: ReadonlyArray<string>, tally: Tally): ReadonlyArray<KpiPair> =>
  datasets.flatMap((dataset) => {
    const [before, after] = [deployed, today].map(({ plan }) => plan.datasets[dataset]?.tables.kpis ?? [])
    const names = new Set([...(after ?? []), ...(before ?? [])].map(({ name }) => name))
    return [...names].map((name) => ({
      dataset,
      name,
      before: before?.find((kpi) => kpi.name === name),
      after: after?.find((kpi) => kpi.name === name),
      stale: tally.staleDates(name),
    }))
  })

/** Judges and loads the files of all runs since a moment by both contracts, and tells what differs. */
export const rejudge = Effect.fn("rejudge")(
  function* (target: Target, { limit, since }: Wanted) {
    const fs = yield* FileSystem.FileSystem
    const progress = yield* Progress
    const folder = yield* fs.makeTempDirectoryScoped({ prefix: "pos-rejudge-" })
    const plans = {
      today: yield* planOfCheckout,
      deployed: yield* planOfTarget(target, `${folder}/deployed`),
    } satisfies Plans
    yield* sameFormat(target, plans.deployed.plan, plans.today.plan)
    const { judged, notCompared, unchanged } = chooseDatasets(plans.deployed.plan, plans.today.plan)
    const [before, after] = SIDES
    const sides: Sides = [
      { name: "the deployed contract", folder: `${folder}/${before}`, plan: plans.deployed.path },
      { name: "this checkout's contract", folder: `${folder}/${after}`, plan: plans.today.path },
    ]
    yield* Effect.forEach(sides, prepare, { discard: true })
    const tally = new Tally(limit)
    const { ResultsBucketName: results, SourceBucketName: source } = target.outputs
    for (const dataset of judged) {
      for (const run of yield* earlierReference(source, dataset, plans.today.plan, since)) {
        yield* progress.step(`Loading what ${dataset} were before: ${run.manifest.eventTime}`)
        yield* judgeRun(plans, sides, dataset, run)
      }
    }
    const runs: ReadonlyArray<RunId> = judged.length === 0 ? [] : yield* runsSince(results, since)
    const known = new Set<string>()
    for (const [at, runId] of runs.entries()) {
      const run = yield* readKept(results, runId, known)
      const dataset = run === undefined ? undefined : (run.manifest.dataset ?? plans.today.plan.defaultDataset)
      if (run === undefined || dataset === undefined || !judged.includes(dataset)) continue
      const files = run.files.map(({ file }) => file)
      yield* progress.step(
        `Judging again: run ${count(at + 1)} of ${count(runs.length)}, ${counted(files.length, "file")} of ${dataset}, ` +
          bytes(files.reduce((sum, { size }) => sum + size, 0)),
      )
      yield* rejudgeRun(plans, sides, dataset, run, tally)
    }
    yield* progress.step("Comparing the KPIs …")
    const compared = yield* compareKpis(folder, kpisOf(plans, judged, tally), limit)
    yield* progress.clear
    const found: Rejudged = {
      since: since.toISOString(),
      datasets: judged.map((dataset) => tally.of(dataset)),
      unchanged,
      notCompared,
      flips: tally.flips,
      ...compared,
    }
    return found
  },
  explainAws,
  Effect.catchTags({
    PlatformError: (cause) =>
      new Unavailable({
        problem: `The temporary folder can't be used: ${cause.message}`,
        remedy: "Is the disk full? Choose another folder with TMPDIR, or a later day.",
        cause,
      }),
    SchemaError: (cause) =>
      new Unavailable({
        problem: `A job wrote another document than this checkout expects: ${cause.message}`,
        remedy: "Is the checkout whole? Run: npm run setup",
        cause,
      }),
  }),
  Effect.scoped,
)
