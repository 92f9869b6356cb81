/** The two plans by which files are judged: the deployed one, and this checkout's. */
import { Jobs, ObjectStore } from "@pos/aws"
import { argument, layoutNames, locationFromUri } from "@pos/pipeline"
import { Effect, FileSystem, Option, Schema } from "effect"
import { InvalidRequest, Unavailable } from "../errors.ts"
import type { Target } from "../target/target.ts"
import { readPlanAs } from "../workspace/plan.ts"

const Column = Schema.Struct({ name: Schema.String, type: Schema.String })

const KpiView = Schema.Struct({
  name: Schema.String,
  path: Schema.String,
  key: Schema.Array(Schema.String),
  columns: Schema.Array(Column),
  measures: Schema.Array(Schema.String),
  grain: Schema.optionalKey(Schema.String),
  references: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.String }))),
})
export type KpiView = typeof KpiView.Type

const DatasetView = Schema.Struct({
  hash: Schema.String,
  kind: Schema.Literals(["facts", "reference"]),
  delivers: Schema.optionalKey(Schema.Literals(["wholeList", "changes"])),
  policies: Schema.Struct({ largestFile: Schema.Struct({ plain: Schema.Natural }) }),
  tables: Schema.Struct({ kpis: Schema.Array(KpiView) }),
})

/** As much of a plan as judging again needs. */
export const PlanView = Schema.Struct({
  format: Schema.String,
  datasets: Schema.Record(Schema.String, DatasetView),
  defaultDataset: Schema.String,
})
export type PlanView = typeof PlanView.Type

/** A plan, and the file that holds it. */
interface PlanFile {
  readonly path: string
  readonly plan: PlanView
}

export interface Plans {
  readonly deployed: PlanFile
  readonly today: PlanFile
}

const read = (path?: string) => readPlanAs(Schema.fromJsonString(PlanView), path)

/** This checkout's, built when it is out of date. */
export const planOfCheckout = read()

/** The one that the jobs of a target execute, copied to a folder, with its words beside it where they are a document of their own. */
export const planOfTarget = Effect.fn("planOfTarget")(function* ({ name, outputs }: Target, folder: string) {
  const fs = yield* FileSystem.FileSystem
  const jobs = yield* Jobs
  const store = yield* ObjectStore
  const { TransformationJobName: job } = outputs
  const uri = job === undefined ? undefined : (yield* jobs.defaultArguments(job))[argument("plan")]
  const place = Option.getOrUndefined(locationFromUri(uri ?? ""))
  if (place === undefined) {
    return yield* new InvalidRequest({
      problem: `${name} does not tell which plan it judges by, so that files can't be judged again by it.`,
      remedy: "Deploy the release that it runs once more, and then ask again.",
    })
  }
  const words = { bucket: place.bucket, key: place.key.replace(/[^/]*$/, layoutNames.words) }
  const plan = yield* store.get(place)
  // Plans of earlier releases hold their words themselves. Who may not list the bucket is denied what is not there.
  const told = yield* store.get(words).pipe(
    Effect.catchIf(
      (error) => error._tag === "ObjectMissing" || error.code === "AccessDenied",
      () => Effect.succeed(undefined),
    ),
  )
  const path = `${folder}/plan.json`
  yield* fs.makeDirectory(folder).pipe(
    Effect.andThen(fs.writeFile(path, plan)),
    Effect.andThen(told === undefined ? Effect.void : fs.writeFile(`${folder}/${layoutNames.words}`, told)),
    Effect.mapError((cause) => new Unavailable({ problem: cause.message, remedy: "Is the disk full?", cause })),
  )
  return yield* read(path)
})

/** Plans of two releases may be written in two ways, of which the jobs of this checkout know their own. */
export const sameFormat = (
  { name }: Target,
  deployed: PlanView,
  today: PlanView,
): Effect.Effect<void, InvalidRequest> =>
  deployed.format === today.format
    ? Effect.void
    : Effect.fail(
        new InvalidRequest({
          problem: `${name} judges by a plan in the format ${deployed.format}, and the jobs of this checkout read ${today.format}: files can't be judged again by both.`,
          remedy: "Leave --rejudge out, or deploy this release with the contracts that are deployed first.",
        }),
      )
