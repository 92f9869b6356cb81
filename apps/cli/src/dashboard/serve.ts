/** The page over a deployment: its tables, its runs, and the contract's own words. */
import { dirname, join } from "node:path"
import { Jobs, Queues } from "@pos/aws"
import { address, type Deployment, RecentRuns, serve, Source, whyNotServed } from "@pos/dashboard-server"
import { Pages } from "@pos/pages"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { services } from "../ingest.ts"
import { openLake } from "../lake.ts"
import { connectionTo } from "../target/connection.ts"
import type { Target } from "../target/target.ts"
import { readPlan } from "../workspace/plan.ts"
import { readWords, remediesOf } from "../workspace/words.ts"

/** What the pages are made from: it lies beside the plan. */
const readPages = Effect.fnUntraced(function* (plan: string) {
  const fs = yield* FileSystem.FileSystem
  const path = join(dirname(plan), "pages.json")
  return yield* fs.readFileString(path).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Schema.fromJsonString(Pages))),
    Effect.mapError(
      (cause) =>
        new Unavailable({
          problem: `${path} does not tell what the pages are made from: ${cause.message}`,
          remedy: "Build it again: npx nx run plan:build",
          cause,
        }),
    ),
  )
})

/** What of money is shown: the currency of amounts, and the price of a DPU-hour in US dollars. */
export interface Money {
  readonly currency: string | null
  readonly dpuPrice: number | null
}

/** What Glue and SQS tell; null where they don't, as with credentials that may not ask them. */
const asked = Effect.fnUntraced(function* (target: Target) {
  const services = Layer.mergeAll(Queues.layer, Jobs.layer).pipe(Layer.provide(connectionTo(target)))
  const context = yield* Layer.build(services)
  const { DeadLetterQueueUrl: letters, TransformationJobName, ValidationJobName } = target.outputs
  const jobs = [ValidationJobName, TransformationJobName].filter((name) => name !== undefined)
  const orNull = <A, E>(effect: Effect.Effect<A, E, Queues | Jobs>) =>
    effect.pipe(
      Effect.provideContext(context),
      Effect.orElseSucceed(() => null),
    )
  return {
    deadLetters: letters === undefined ? Effect.succeed(null) : orNull(Queues.use((queues) => queues.waiting(letters))),
    usage: (since: Date) =>
      jobs.length < 2
        ? Effect.succeed(null)
        : orNull(
            Effect.map(
              Effect.forEach(jobs, (job) => Jobs.use((service) => service.usage(job, since)), { concurrency: 2 }),
              (used) => used.reduce((sum, one) => sum + one, 0),
            ),
          ),
  }
})

/** What the answers are taken from, until the scope closes. */
const deploymentOf = Effect.fn("deploymentOf")(function* (target: Target, { currency, dpuPrice }: Money) {
  const { path, plan } = yield* readPlan()
  const pages = yield* readPages(path)
  const helpOf = remediesOf(yield* readWords(path), plan)
  const [lake, results] = yield* Effect.all([
    Effect.flatMap(target.lake, (location) => openLake(location)),
    Effect.flatMap(target.results, (location) => openLake(location)),
  ])
  return {
    name: target.name,
    local: target.local,
    pages,
    currency,
    price: dpuPrice === null ? null : { amount: dpuPrice, currency: "USD" },
    ...(yield* asked(target)),
    lake,
    results,
    machine: target.outputs.StateMachineArn,
    resultsBucket: target.outputs.ResultsBucketName,
    helpOf: (dataset) => helpOf(dataset ?? undefined),
  } satisfies Deployment
})

/** What answers are made with. */
export const answersOf = Effect.fnUntraced(function* (target: Target, money: Money) {
  const deployment = yield* deploymentOf(target, money)
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
