/** The page over a deployment: its tables, its runs, and the contract's own words. */
import { dirname, join } from "node:path"
import { address, type Deployment, RecentRuns, serve, Source } from "@pos/dashboard-server"
import { Pages } from "@pos/pages"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Unavailable } from "../errors.ts"
import { services } from "../ingest.ts"
import { openLake } from "../lake.ts"
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

/** What the answers are taken from, until the scope closes. */
const deploymentOf = Effect.fn("deploymentOf")(function* (target: Target, currency: string | null) {
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
    lake,
    results,
    machine: target.outputs.StateMachineArn,
    resultsBucket: target.outputs.ResultsBucketName,
    helpOf: (dataset) => helpOf(dataset ?? undefined),
  } satisfies Deployment
})

/** What answers are made with. */
export const answersOf = Effect.fnUntraced(function* (target: Target, currency: string | null) {
  const deployment = yield* deploymentOf(target, currency)
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
  readonly currency: string | null
  readonly ready: (address: string) => Effect.Effect<void>
}

/** Serves until it is interrupted. */
export const serveDashboard = Effect.fn("serveDashboard")(function* ({ currency, page, port, ready, target }: Served) {
  const answers = yield* answersOf(target, currency)
  const server = yield* Layer.build(serve(dirname(page), port).pipe(Layer.provide(answers))).pipe(
    Effect.mapError(
      (cause) =>
        new Unavailable({
          problem: `The page can't be served at port ${port}: ${String(cause.message).split("\n")[0]}`,
          remedy: "Choose another with --port, or none for any that is free.",
          cause,
        }),
    ),
  )
  yield* ready(yield* Effect.provideContext(address, server))
  return yield* Effect.never
})
