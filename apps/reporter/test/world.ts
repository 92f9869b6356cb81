/** The Lambda over tables in a folder and a bucket in memory, whose writes have S3's conditions. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { NodeServices } from "@effect/platform-node"
import { Executions, ObjectChanged, ObjectMissing, ObjectStore } from "@pos/aws"
import { layerLog, Lines } from "@pos/lambda-runtime"
import { Lake } from "@pos/lake"
import { kpiOf, testLake } from "@pos/lake/testing"
import { Pages } from "@pos/pages"
import { totalSalesPerProductPerDay } from "@pos/sales/kpis"
import { BigDecimal, Effect, Layer, Option, Schema, Stream } from "effect"
import { Files } from "../src/files.ts"
import { Opening } from "../src/open.ts"
import { ReportSettings } from "../src/settings.ts"

const root = join(import.meta.dirname, "../../..")
const bundle = join(import.meta.dirname, "../dist/bundle")

export const pages = Schema.decodeUnknownSync(Schema.fromJsonString(Pages))(
  readFileSync(join(bundle, "plan/pages.json"), "utf8"),
)

const row = (date: string, sales: string) => ({
  date,
  product_id: 7n,
  total_sales: BigDecimal.fromStringUnsafe(sales),
  units_sold: 1n,
  transactions: 1n,
  total_discount: BigDecimal.fromStringUnsafe("0"),
})

const figures = kpiOf(totalSalesPerProductPerDay, [row("2026-01-10", "10.5"), row("2026-01-11", "11.25")])

export interface World {
  /** Texts by key, and the tag that each has. */
  readonly objects: Map<string, { readonly text: string; readonly tag: string }>
  /** What was logged, metrics included. */
  readonly lines: Array<object>
  /** Called before each write. */
  before: (key: string) => void
  opened: number
  /** How often it was asked how many dead letters there are. */
  counted: number
}

export const makeWorld = () => {
  let tags = 0
  const world: World & { readonly put: (key: string, text: string) => void } = {
    objects: new Map(),
    lines: [],
    before: () => {},
    opened: 0,
    counted: 0,
    put: (key, text) => {
      world.objects.set(key, { text, tag: `"${++tags}"` })
    },
  }
  const store = ObjectStore.of({
    get: ({ bucket, key }) => {
      const found = world.objects.get(key)
      return found === undefined
        ? Effect.fail(new ObjectMissing({ bucket, key }))
        : Effect.succeed(new TextEncoder().encode(found.text))
    },
    put: () => Effect.die("not used"),
    replace: ({ bucket, key }, body, _type, seen) =>
      Effect.suspend(() => {
        world.before(key)
        if (world.objects.get(key)?.tag !== Option.getOrUndefined(seen))
          return Effect.fail(new ObjectChanged({ bucket, key }))
        world.put(key, String(body))
        return Effect.void
      }),
    list: (_bucket, prefix) =>
      Stream.suspend(() =>
        Stream.fromIterable(
          [...world.objects]
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, { tag, text }]) => ({ key, etag: tag, size: text.length })),
        ),
      ),
    versions: () => Stream.empty,
  })
  const executions = Executions.of({
    start: () => Effect.die("not used"),
    describe: () => Effect.die("not used"),
    list: () => Stream.empty,
    currentState: () => Effect.die("not used"),
  })
  const opening = (tables: ReadonlyArray<typeof figures>) =>
    Layer.effect(
      Opening,
      Effect.gen(function* () {
        const lake = yield* Lake
        return {
          deployment: Effect.sync(() => {
            world.opened += 1
            return {
              name: "the stack pos-test",
              local: false,
              pages,
              currency: "EUR",
              price: null,
              lake,
              results: lake,
              deadLetters: Effect.sync(() => {
                world.counted += 1
                return 0
              }),
              usage: () => Effect.succeed(0),
              machine: "arn",
              resultsBucket: "results",
              helpOf: () => ({}),
            }
          }),
        }
      }),
    ).pipe(Layer.provide(testLake(tables, { extensions: join(root, ".venv/duckdb-extensions") })), Layer.orDie)
  const layer = (tables: ReadonlyArray<typeof figures> = [figures]) =>
    Layer.mergeAll(
      opening(tables),
      Layer.succeed(ObjectStore, store),
      Layer.succeed(Executions, executions),
      Files.layerIn(bundle),
      Layer.succeed(ReportSettings, {
        stage: "test",
        stack: "pos-test",
        stateMachine: "arn",
        resultsBucket: "results",
        lakeBucket: "lake",
        deadLetters: "https://queue",
        jobs: [],
        defaultDataset: "sales",
        currency: "EUR",
        dpuPrice: null,
      }),
      layerLog("report"),
      Layer.succeed(Lines, (line) => {
        world.lines.push(line)
      }),
    ).pipe(Layer.provideMerge(NodeServices.layer))
  return { world, layer }
}
