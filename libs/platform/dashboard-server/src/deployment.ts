/** A deployment as the answers need it: its lake and results opened, its pages and words read. */
import { dirname, join } from "node:path"
import { Jobs, Queues } from "@pos/aws"
import { type LakeLocation, openLake } from "@pos/lake"
import { Pages } from "@pos/pages"
import { readWords, remediesOf } from "@pos/runs/words"
import { Effect, FileSystem, Schema } from "effect"
import type { Deployment } from "./source.ts"

/** What the pages are made from is missing, or is something else. */
export class PagesUnreadable extends Schema.TaggedError<PagesUnreadable>()("PagesUnreadable", {
  problem: Schema.String,
  remedy: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {}

/** What of money is shown: the currency of amounts (ISO 4217), and the price of a DPU-hour in US dollars. */
export interface Money {
  readonly currency: string | null
  readonly dpuPrice: number | null
}

export interface Deployed extends Pick<Deployment, "name" | "local" | "machine" | "resultsBucket"> {
  /** The plan's file; beside it lie the pages and the words. */
  readonly plan: string
  readonly defaultDataset: string
  /** The folder with DuckDB's extensions. */
  readonly extensions: string
  readonly lake: LakeLocation
  readonly results: LakeLocation
  /** The queue's URL. */
  readonly deadLetters: string | undefined
  /** The names of the jobs whose use is counted; fewer than these tell nothing. */
  readonly jobs: ReadonlyArray<string | undefined>
  readonly money: Money
}

const readPages = Effect.fnUntraced(function* (plan: string) {
  const fs = yield* FileSystem.FileSystem
  const path = join(dirname(plan), "pages.json")
  return yield* fs.readFileString(path).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Schema.fromJsonString(Pages))),
    Effect.mapError(
      (cause) =>
        new PagesUnreadable({
          problem: `${path} does not tell what the pages are made from: ${cause.message}`,
          remedy: "Build it again: npx nx run plan:build",
          cause,
        }),
    ),
  )
})

/** What Glue and SQS tell; null where they don't, as with credentials that may not ask them. */
const asked = Effect.fnUntraced(function* ({ deadLetters, jobs }: Pick<Deployed, "deadLetters" | "jobs">) {
  const context = yield* Effect.context<Queues | Jobs>()
  const orNull = <A, E>(effect: Effect.Effect<A, E, Queues | Jobs>) =>
    effect.pipe(
      Effect.provideContext(context),
      Effect.orElseSucceed(() => null),
    )
  const known = jobs.filter((job) => job !== undefined)
  return {
    deadLetters:
      deadLetters === undefined ? Effect.succeed(null) : orNull(Queues.use((queues) => queues.waiting(deadLetters))),
    usage: (since: Date) =>
      known.length < jobs.length
        ? Effect.succeed(null)
        : orNull(
            Effect.map(
              Effect.forEach(known, (job) => Jobs.use((service) => service.usage(job, since)), { concurrency: 2 }),
              (used) => used.reduce((sum, one) => sum + one, 0),
            ),
          ),
  }
})

/** Opens a deployment until the scope closes. */
export const openDeployment = Effect.fn("openDeployment")(function* (deployed: Deployed) {
  const { defaultDataset, extensions, local, machine, money, name, plan, resultsBucket } = deployed
  const pages = yield* readPages(plan)
  const helpOf = remediesOf(yield* readWords(plan), { defaultDataset })
  const [lake, results] = yield* Effect.all([
    openLake(deployed.lake, { extensions }),
    openLake(deployed.results, { extensions }),
  ])
  return {
    name,
    local,
    pages,
    currency: money.currency,
    price: money.dpuPrice === null ? null : { amount: money.dpuPrice, currency: "USD" },
    ...(yield* asked(deployed)),
    lake,
    results,
    machine,
    resultsBucket,
    helpOf: (dataset) => helpOf(dataset ?? undefined),
  } satisfies Deployment
})
