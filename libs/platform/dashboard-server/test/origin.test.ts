import { assert, layer } from "@effect/vitest"
import { Day, fieldsOf, Integer } from "@pos/contract"
import { Lake } from "@pos/lake"
import { memberColumn } from "@pos/pipeline"
import { Effect, Schema } from "effect"
import { origin } from "../src/figures/origin.ts"
import type { RecentRun } from "../src/platform/recent-runs.ts"
import { asked, deploymentOf } from "./deployment.ts"
import { run } from "./shop.ts"

const DATE = "2026-01-10"
const Visit = Schema.Struct({ visit: Integer, shop: Integer, date: Day })

const visits = {
  path: "curated/visits",
  fields: fieldsOf(Visit),
  partition: "date",
  lines: Effect.succeed([1, 2, 3].map((visit) => ({ visit, shop: 7, date: DATE }))),
}

/** Runs that loaded the date, the newest first, each with the visits that its files hold. */
const runsWith = (...runs: ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>) =>
  Effect.gen(function* () {
    const { connection, location } = yield* Lake
    const last = runs.length - 1
    return yield* Effect.forEach(runs, (files, age) =>
      Effect.gen(function* () {
        const runId = `2026011${1 + last - age}T060000000Z-0123456789ab`
        const validated = yield* Effect.forEach(files, (held, at) =>
          Effect.promise(async () => {
            const uri = `${location.uri}/${age}-${at}.parquet`
            await connection.run(`COPY (SELECT unnest([${held.join()}]) AS visit) TO '${uri}' (FORMAT parquet)`)
            return { uri, file: `incoming/${runId}-${at}.csv` }
          }),
        )
        return { ...run("2026-01-11T06:00:00.000Z", { runId }, [DATE]), validated }
      }),
    )
  })

const brought = Effect.fnUntraced(function* (
  acrossFiles: "keepFirst" | "latestWins",
  ...runs: ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>
) {
  const [source, kpi] = yield* asked
  const dataset = { ...kpi.dataset, acrossFiles, columns: kpi.dataset.columns.filter(({ name }) => name !== "day") }
  const found = yield* origin(source, { ...kpi, dataset }, { date: DATE }, yield* runsWith(...runs))
  return found.rows.map(({ file }) => (file === null ? null : found.files[file]?.file))
})

layer(deploymentOf([visits]))("the file that brought a row", (it) => {
  it.effect("is that of the first run, or of the last, whichever the contract keeps", () =>
    Effect.gen(function* () {
      const late = "incoming/20260112T060000000Z-0123456789ab-0.csv"
      const early = "incoming/20260111T060000000Z-0123456789ab"
      const runs = [[[1, 3]], [[1], [2]]]
      assert.deepStrictEqual(yield* brought("keepFirst", ...runs), [`${early}-0.csv`, `${early}-1.csv`, late])
      assert.deepStrictEqual(yield* brought("latestWins", ...runs), [late, `${early}-1.csv`, late])
    }),
  )

  it.effect("is looked for in no further run once each row is found", () =>
    Effect.gen(function* () {
      const early = "incoming/20260111T060000000Z-0123456789ab-0.csv"
      const runs = yield* runsWith([], [[1, 2, 3]])
      const gone = { uri: "/nowhere.parquet", file: "incoming/gone.csv" }
      const [source, kpi] = yield* asked
      const newest = { ...runs[0]!, validated: [gone] }
      const found = yield* origin(source, kpi, { date: DATE }, [newest, runs[1]!])
      assert.deepStrictEqual(
        found.files.map(({ file, rows }) => [file, rows]),
        [[early, 3]],
      )
    }),
  )

  it.effect("is told from those whose rows lie in the same place", () =>
    Effect.gen(function* () {
      const { connection, location } = yield* Lake
      const uri = `${location.uri}/packed.parquet`
      const rows = "VALUES (3, 0), (1, 1), (2, 1), (3, 1)"
      yield* Effect.promise(() =>
        connection.run(`COPY (FROM (${rows}) AS rows(visit, ${memberColumn})) TO '${uri}' (FORMAT parquet)`),
      )
      const [alone] = yield* runsWith([[2]])
      const packed = ["first", "second"].map((file, member) => ({ uri, file, member }))
      const [source, kpi] = yield* asked
      const filesOf = Effect.fnUntraced(function* (validated: RecentRun["validated"]) {
        const found = yield* origin(source, kpi, { date: DATE }, [{ ...alone!, validated }])
        return found.rows.map(({ file }) => found.files[file ?? -1]?.file)
      })
      assert.deepStrictEqual(yield* filesOf(packed), ["second", "second", "first"])
      const [own] = alone!.validated
      assert.deepStrictEqual(yield* filesOf([own!, ...packed]), ["second", own!.file, "first"])
    }),
  )

  it.effect("is unknown where no run that is kept has it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* brought("keepFirst", [[1]]), [
        "incoming/20260111T060000000Z-0123456789ab-0.csv",
        null,
        null,
      ])
    }),
  )
})
