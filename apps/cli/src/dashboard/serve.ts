/** The page over a deployment: its tables, its runs, and the contract's own words. */
import { dirname } from "node:path"
import { Jobs, Queues } from "@pos/aws"
import { address, type Money, openDeployment, RecentRuns, serve, Source, whyNotServed } from "@pos/dashboard-server"
import { Effect, Layer } from "effect"
import { Unavailable } from "../errors.ts"
import { services } from "../ingest.ts"
import { EXTENSIONS, told } from "../lake.ts"
import { connectionTo } from "../target/connection.ts"
import type { Target } from "../target/target.ts"
import { readPlan } from "../workspace/plan.ts"
import { Workspace } from "../workspace/workspace.ts"

/** What answers are made with, until the scope closes. */
export const answersOf = Effect.fnUntraced(function* (target: Target, money: Money) {
  const workspace = yield* Workspace
  const { path, plan } = yield* readPlan()
  const [lake, results] = yield* Effect.all([target.lake, target.results])
  const { DeadLetterQueueUrl, ResultsBucketName, StateMachineArn, TransformationJobName, ValidationJobName } =
    target.outputs
  const platform = yield* Layer.build(
    Layer.mergeAll(Queues.layer, Jobs.layer).pipe(Layer.provide(connectionTo(target))),
  )
  const deployment = yield* openDeployment({
    name: target.name,
    local: target.local,
    plan: path,
    defaultDataset: plan.defaultDataset,
    extensions: workspace.path(EXTENSIONS),
    lake,
    results,
    machine: StateMachineArn,
    resultsBucket: ResultsBucketName,
    deadLetters: DeadLetterQueueUrl,
    jobs: [ValidationJobName, TransformationJobName],
    money,
  }).pipe(
    Effect.provideContext(platform),
    Effect.mapError((error) =>
      error._tag === "PagesUnreadable"
        ? new Unavailable({ problem: error.problem, remedy: error.remedy, cause: error })
        : told(error),
    ),
  )
  return RecentRuns.layer.pipe(
    Layer.provideMerge(Layer.succeed(Source, deployment)),
    Layer.provideMerge(services(target)),
  )
})

interface Served {
  readonly target: Target
  /** The built page's first file. */
  readonly page: string
  /** 0: any that is free. */
  readonly port: number
  readonly money: Money
  readonly ready: (address: string) => Effect.Effect<void>
}

/** Serves until it is interrupted. */
export const serveDashboard = Effect.fn("serveDashboard")(function* ({ money, page, port, ready, target }: Served) {
  const answers = yield* answersOf(target, money)
  const server = yield* Layer.build(serve(dirname(page), port).pipe(Layer.provide(answers))).pipe(
    Effect.mapError(
      (cause) =>
        new Unavailable({
          problem: `The page can't be served at port ${port}: ${whyNotServed(cause)}.`,
          remedy: "Choose another with --port, or none for any that is free.",
          cause,
        }),
    ),
  )
  yield* ready(yield* Effect.provideContext(address, server))
  return yield* Effect.never
})
