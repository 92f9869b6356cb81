/** A deployment whose tables lie in a folder. */
import { NodeServices } from "@effect/platform-node"
import { Lake, type OpenLake } from "@pos/lake"
import { testLake } from "@pos/lake/testing"
import { Effect, Layer } from "effect"
import { Kept } from "../src/kept.ts"
import { type Deployment, findKpi, Source } from "../src/source.ts"
import { pages, perShop } from "./shop.ts"

const over = (lake: OpenLake): Deployment => ({
  name: "the test",
  local: true,
  pages,
  currency: "EUR",
  price: { amount: 0.44, currency: "USD" },
  deadLetters: Effect.succeed(2),
  usage: () => Effect.succeed(7200),
  lake,
  results: lake,
  machine: "arn",
  resultsBucket: "results",
  helpOf: () => ({
    wrong_type: { meaning: "It is of another type.", remedy: "Send a number." },
    no_rows: { meaning: "There are none.", remedy: "Send some." },
  }),
})

const EXTENSIONS = `${import.meta.dirname}/../../../../.venv/duckdb-extensions`

/** Its lake holds these tables. */
export const deploymentOf = (tables: Parameters<typeof testLake>[0]) =>
  Kept.layer.pipe(
    Layer.provideMerge(Layer.effect(Source, Effect.map(Lake, over))),
    Layer.provideMerge(testLake(tables, { extensions: EXTENSIONS })),
    Layer.provideMerge(NodeServices.layer),
  )

/** The deployment and its KPI. */
export const asked = Effect.gen(function* () {
  const source = yield* Source
  return [source, yield* findKpi(source, perShop.name)] as const
})
