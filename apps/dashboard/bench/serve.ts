/** The dashboard's own server over a lake of `bench/lake.py`, in a process of its own: prints its address. */
import { join } from "node:path"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { address, RecentRuns, serve, Source } from "@pos/dashboard-server"
import { datasets } from "@pos/datasets"
import { openLake } from "@pos/lake"
import { pagesOf } from "@pos/pages"
import { Console, Effect, Layer } from "effect"
import { runsOf } from "./runs.ts"

const [lake = "", days = "", stores = "", rows = ""] = process.argv.slice(2)
const page = join(import.meta.dirname, "../dist/page")
const extensions = join(import.meta.dirname, "../../../.venv/duckdb-extensions")

const source = Layer.effect(
  Source,
  Effect.gen(function* () {
    return {
      name: "the bench",
      local: true,
      pages: pagesOf(datasets),
      currency: "EUR",
      lake: yield* openLake({ uri: `${lake}/lake` }, { extensions }),
      results: yield* openLake({ uri: `${lake}/validated` }, { extensions }),
      deadLetters: Effect.succeed(0),
      usage: () => Effect.succeed(7200),
      price: { amount: 0.44, currency: "USD" },
      machine: "none",
      resultsBucket: "none",
      helpOf: () => ({}),
    }
  }),
)

const past = { folder: `${lake}/validated`, days: Number(days), stores: Number(stores), rows: Number(rows) }
const answers = RecentRuns.layer.pipe(Layer.provide(runsOf(past)), Layer.provideMerge(source))

NodeRuntime.runMain(
  Effect.andThen(Effect.flatMap(address, Console.log), Effect.never).pipe(
    Effect.provide(serve(page, 0).pipe(Layer.provide(answers), Layer.provide(NodeServices.layer))),
  ),
)
