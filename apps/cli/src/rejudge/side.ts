/** One contract's view of the files: the real jobs, with everything that they read and write in one folder. */
import {
  argument,
  type ArgumentName,
  FileLine,
  type Manifest,
  type RunId,
  runLayout,
  TransformationSummary,
  ValidationSummary,
} from "@pos/pipeline"
import { Effect, FileSystem, Option, Schema } from "effect"
import { pathToFileURL } from "node:url"
import { Unavailable } from "../errors.ts"
import { runToEnd } from "../workspace/run.ts"
import { Workspace } from "../workspace/workspace.ts"

export interface Side {
  /** As messages call its contract. */
  readonly name: string
  /** Everything of it lies here: `source`, `results`, `rejected`, `lake`. */
  readonly folder: string
  readonly plan: string
}

/** What became of a run's files. */
interface Judged {
  readonly lines: ReadonlyArray<FileLine>
  readonly stale: TransformationSummary["stale"]
}

const RUNTIME = "libs/platform/job-runtime/src"
const decodeLine = Schema.decodeUnknownEffect(Schema.fromJsonString(FileLine))
const decodeSummary = Schema.decodeUnknownEffect(Schema.fromJsonString(ValidationSummary))
const decodeLoaded = Schema.decodeUnknownEffect(Schema.fromJsonString(TransformationSummary))

export const uriOf = (path: string): string => pathToFileURL(path).href

const place = ({ folder }: Side, name: string): string => `${folder}/${name}`

/** Runs a job to its end; its last complaint where it failed. */
const runJob = Effect.fnUntraced(function* (
  side: Side,
  app: string,
  given: Readonly<Partial<Record<ArgumentName, string>>>,
) {
  const workspace = yield* Workspace
  const { code, complaints } = yield* runToEnd({
    program: yield* workspace.python("glue-shell", "glue-spark"),
    args: [
      workspace.path(app, "main.py"),
      ...Object.entries({ ...given, plan: uriOf(side.plan), results: uriOf(place(side, "results")) }).flatMap(
        ([name, value]) => [argument(name as ArgumentName), value],
      ),
    ],
    env: {
      PYTHONPATH: [RUNTIME, `${app}/src`].map((source) => workspace.path(source)).join(":"),
      PYTHONUTF8: "1",
      // What a job leaves behind when it is interrupted goes with everything else.
      TMPDIR: place(side, "temporary"),
    },
  })
  return code === 0 ? undefined : (complaints.at(-1) ?? `it ended with exit code ${code} and no word`)
})

const failed = (side: Side, run: string, what: string, problem: string) =>
  new Unavailable({
    problem: `${what} the files of run ${run} by ${side.name} failed: ${problem}`,
    remedy: "Nothing was changed. Leave --rejudge out to see everything else.",
  })

/** Makes the folders of a side. */
export const prepare = Effect.fnUntraced(function* (side: Side) {
  const fs = yield* FileSystem.FileSystem
  for (const name of ["source", "results", "rejected", "lake", "temporary"])
    yield* fs.makeDirectory(place(side, name), { recursive: true })
})

/** Where a file of a manifest has to lie to be judged. */
export const sourceOf = (side: Side, folder: string): string => `${place(side, "source")}/${folder}`

/**
 * Judges a run's files, which lie in the side's `source`, and loads those that are accepted into its `lake`. The files, and
 * everything else of the run but its rows in the lake, are gone afterwards.
 */
export const judge = Effect.fn("judge")(function* (side: Side, manifest: Manifest) {
  const fs = yield* FileSystem.FileSystem
  const { runId } = manifest
  const layout = runLayout(runId)
  const results = place(side, "results")
  const read = (key: string) => fs.readFileString(`${results}/${key}`)
  yield* fs.makeDirectory(`${results}/${layout.root}`, { recursive: true })
  yield* fs.writeFileString(`${results}/${layout.manifest}`, JSON.stringify(manifest))
  const wrong = yield* runJob(side, "apps/validation-job", {
    run_id: runId,
    manifest: uriOf(`${results}/${layout.manifest}`),
    rejected: uriOf(place(side, "rejected")),
  })
  if (wrong !== undefined) return yield* failed(side, runId, "Judging", wrong)
  const { validated } = yield* decodeSummary(yield* read(layout.validationSummary))
  const lines = yield* Effect.forEach(
    (yield* read(layout.fileVerdicts)).split("\n").filter((line) => line !== ""),
    (line) => decodeLine(line),
  )
  const stale = validated.files === 0 ? undefined : yield* load(side, runId)
  for (const name of ["source", "results", "rejected", "temporary"])
    yield* fs.remove(place(side, name), { recursive: true, force: true })
  yield* prepare(side)
  return { lines, stale } satisfies Judged
})

/** Loads what was found valid; the dates that are not computed. */
const load = Effect.fnUntraced(function* (side: Side, runId: RunId) {
  const fs = yield* FileSystem.FileSystem
  const wrong = yield* runJob(side, "apps/transformation-job", {
    run_id: runId,
    lake: uriOf(place(side, "lake")),
    engine: "embedded",
  })
  // The job complains of dates that it could not compute, too; its summary then says that the rest is done.
  const summary = yield* Effect.option(
    fs.readFileString(`${place(side, "results")}/${runLayout(runId).transformationSummary}`),
  )
  if (Option.isNone(summary)) return yield* failed(side, runId, "Loading", wrong ?? "it left no summary")
  return (yield* decodeLoaded(summary.value)).stale
})
