import { assert, layer } from "@effect/vitest"
import { Lake } from "@pos/lake"
import { kpiOf } from "@pos/lake/testing"
import { BigDecimal, Effect, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import { kpiDay } from "../src/figures/day.ts"
import { kpiSeries } from "../src/figures/series.ts"
import { asked, deploymentOf } from "./deployment.ts"
import { perShop } from "./shop.ts"

const row = (date: string, visits: bigint) => ({
  date,
  shop: 1n,
  earned: BigDecimal.fromStringUnsafe("10.00"),
  visits,
  guests: 1n,
  largest: BigDecimal.fromStringUnsafe("6.00"),
})

const table = kpiOf(perShop, [row("2026-01-10", 1n), row("2026-01-11", 2n), row("2026-01-12", 4n)])
const SPAN = { from: "2026-01-10", to: "2026-01-13" }

/** By period: what all rows come to, and the same of the only shop's rows. */
const visits = Effect.gen(function* () {
  const [source, kpi] = yield* asked
  const all = (yield* kpiSeries(source, kpi, SPAN)).values["visits"]
  assert.deepStrictEqual((yield* kpiSeries(source, kpi, { ...SPAN, where: '{"shop":1}' })).values["visits"], all)
  return all
})

/** How many rows are in memory. */
const inMemory = Effect.gen(function* () {
  const lake = yield* Lake
  const [row] = yield* Effect.promise(async () =>
    (await lake.connection.runAndReadAll(`SELECT count(*) FROM "kept ${perShop.name}"`)).getRows(),
  )
  return Number(row?.[0])
})

/** The table's files by date, and how its log goes on. */
const lakeFolder = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const lake = yield* Lake
  const root = `${lake.location.uri}/kpi/${perShop.name}`
  const log = yield* fs.readFileString(`${root}/_delta_log/${"0".repeat(20)}.json`)
  const actions = log.split("\n").map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>)
  const adds = actions.flatMap(({ add }) => (add === undefined ? [] : [add]))
  const fileOf = (date: string) => adds.find(({ path }) => String(path).startsWith(`date=${date}/`))!
  const commit = (version: number, ...lines: ReadonlyArray<object>) =>
    fs.writeFileString(
      `${root}/_delta_log/${String(version).padStart(20, "0")}.json`,
      lines.map((line) => JSON.stringify(line)).join("\n"),
    )
  return { fs, root, actions, fileOf, commit }
})

const remove = (path: unknown) => ({ remove: { path, dataChange: true, deletionTimestamp: 1 } })

/** So long that the table's list of files is asked for again. */
const later = TestClock.adjust("2 seconds")

layer(deploymentOf([table]))("rows that were read", (it) => {
  it.effect("stay: nothing but the log is read again, and only of new periods the files", () =>
    Effect.gen(function* () {
      const { fileOf, fs, root } = yield* lakeFolder
      assert.deepStrictEqual(yield* visits, [1, 2, 4, null])
      yield* fs.rename(`${root}/${String(fileOf("2026-01-11")["path"])}`, `${root}/elsewhere.parquet`)
      yield* later
      assert.deepStrictEqual(yield* visits, [1, 2, 4, null])
      yield* fs.rename(`${root}/elsewhere.parquet`, `${root}/${String(fileOf("2026-01-11")["path"])}`)
    }),
  )

  it.effect("are read again where their period has other files: changed, gone or new", () =>
    Effect.gen(function* () {
      const { commit, fileOf, fs, root } = yield* lakeFolder
      const [first, last] = [fileOf("2026-01-10"), fileOf("2026-01-12")]
      const copy = (date: string) => ({
        add: { ...last, path: `date=${date}/copy.parquet`, partitionValues: { date } },
      })
      for (const date of ["2026-01-10", "2026-01-13"]) {
        yield* fs.makeDirectory(`${root}/date=${date}`, { recursive: true })
        yield* fs.copyFile(`${root}/${String(last["path"])}`, `${root}/date=${date}/copy.parquet`)
      }
      yield* commit(
        1,
        remove(first["path"]),
        remove(fileOf("2026-01-11")["path"]),
        copy("2026-01-10"),
        copy("2026-01-13"),
      )
      yield* later
      assert.deepStrictEqual(yield* visits, [4, null, 4, 4])
      const [source, kpi] = yield* asked
      assert.strictEqual((yield* kpiDay(source, kpi, "2026-01-13")).totals?.values["visits"], 4)
    }),
  )

  it.effect("are read again where the table has got a column", () =>
    Effect.gen(function* () {
      const { actions, commit, fileOf, fs, root } = yield* lakeFolder
      const { metaData } = actions.find((action) => "metaData" in action)!
      const schema = JSON.parse(String(metaData!["schemaString"])) as { fields: Array<object> }
      schema.fields.push({ name: "tips", type: "long", nullable: true, metadata: {} })
      const last = fileOf("2026-01-12")
      yield* fs.makeDirectory(`${root}/date=2026-01-11`, { recursive: true })
      yield* fs.copyFile(`${root}/${String(last["path"])}`, `${root}/date=2026-01-11/copy.parquet`)
      yield* commit(
        2,
        { metaData: { ...metaData, schemaString: JSON.stringify(schema) } },
        { add: { ...last, path: "date=2026-01-11/copy.parquet", partitionValues: { date: "2026-01-11" } } },
      )
      yield* later
      assert.deepStrictEqual(yield* visits, [4, 4, 4, 4])
    }),
  )

  it.effect("stay for other questions until the new ones are there", () =>
    Effect.gen(function* () {
      const { commit, fileOf, fs, root } = yield* lakeFolder
      const lake = yield* Lake
      const last = fileOf("2026-01-12")
      yield* fs.copyFile(`${root}/${String(last["path"])}`, `${root}/date=2026-01-11/again.parquet`)
      const before = yield* visits
      const seen: Array<unknown> = []
      const other = yield* lake.connect
      const watched = (connection: typeof other) => {
        const run = connection.runAndReadAll.bind(connection)
        connection.runAndReadAll = async (sql, ...more) => {
          const answer = await run(sql, ...more)
          if (sql.startsWith("DELETE")) {
            const rows = await other.runAndReadAll(`SELECT count(*) FROM "kept ${perShop.name}"`)
            seen.push(Number(rows.getRows()[0]?.[0]))
          }
          return answer
        }
        return connection
      }
      const { connect, connection } = lake
      const plain = connection.runAndReadAll
      watched(connection)
      Object.assign(lake, { connect: Effect.map(connect, watched) })
      yield* commit(3, remove("date=2026-01-11/copy.parquet"), {
        add: { ...last, path: "date=2026-01-11/again.parquet", partitionValues: { date: "2026-01-11" } },
      })
      yield* later
      assert.deepStrictEqual(yield* visits, before)
      assert.deepStrictEqual(seen, [4])
      Object.assign(lake, { connect })
      Object.assign(connection, { runAndReadAll: plain })
    }).pipe(Effect.scoped),
  )

  it.effect("are read where they lie when they are too many, and make room for others", () =>
    Effect.gen(function* () {
      const { commit, fileOf, fs, root } = yield* lakeFolder
      const last = fileOf("2026-01-12")
      const before = yield* visits
      assert.strictEqual(yield* inMemory, 4)
      /** Another file, which has so many rows if one believes the log. */
      const instead = (date: string, name: string, old: unknown, numRecords: number) =>
        Effect.gen(function* () {
          const path = `date=${date}/${name}.parquet`
          yield* fs.copyFile(`${root}/${String(last["path"])}`, `${root}/${path}`)
          const stats = JSON.stringify({ numRecords })
          return [remove(old), { add: { ...last, path, partitionValues: { date }, stats } }]
        })
      yield* commit(4, ...(yield* instead("2026-01-12", "many", last["path"], 4_000_000)))
      yield* later
      assert.deepStrictEqual(yield* visits, before)
      assert.strictEqual(yield* inMemory, 4)
      yield* commit(
        5,
        ...(yield* instead("2026-01-12", "fewer", "date=2026-01-12/many.parquet", 2_999_999)),
        ...(yield* instead("2026-01-13", "few", "date=2026-01-13/copy.parquet", 2)),
      )
      yield* later
      const [source, kpi] = yield* asked
      const shop = (date: string) => kpiSeries(source, kpi, { from: date, to: date, where: '{"shop":1}' })
      assert.deepStrictEqual((yield* shop("2026-01-12")).values["visits"], [4])
      assert.strictEqual(yield* inMemory, 4)
      assert.deepStrictEqual((yield* shop("2026-01-13")).values["visits"], [4])
      assert.strictEqual(yield* inMemory, 1)
      yield* commit(6, ...(yield* instead("2026-01-12", "one", "date=2026-01-12/fewer.parquet", 1)))
      yield* later
    }),
  )

  it.effect("are read again where the log was written anew, under the same name", () =>
    Effect.gen(function* () {
      const { commit } = yield* lakeFolder
      const before = yield* visits
      yield* commit(6, remove("date=2026-01-13/few.parquet"))
      yield* later
      assert.deepStrictEqual(yield* visits, [...before!.slice(0, 3), null])
    }),
  )

  it.effect("at the same time are read once", () =>
    Effect.gen(function* () {
      const all = yield* Effect.all([visits, visits, visits], { concurrency: 3 })
      assert.deepStrictEqual(all, [all[0], all[0], all[0]])
    }),
  )
})
