/** The engines that the jobs run give to an expression the value that `evaluate` gives to it. */
import { assert, describe, it } from "@effect/vitest"
import { type Kpi, PERIOD_COLUMN, type Row } from "@pos/contract"
import { BigDecimal, Effect, Result } from "effect"
import { type Dialect, duckdb, expression, kpiSelect, polars, spark } from "../src/index.ts"
import { businessDay, moments, zones } from "../test/support/days.ts"
import { lineTable } from "../test/support/duckdb.ts"
import { conditions, kindOfColumn, lines, meaning, PARAMETERS } from "../test/support/expressions.ts"
import { expected, kpis, lines as lineData, microsOf, printed, references, rowsOf } from "../test/support/kpis.ts"
import { python } from "./python.ts"

type Answers = ReadonlyArray<ReadonlyArray<string | null>>

const rows = lines(60, 7)
const all = conditions(400, 7)

/** The conditions that a dialect can say, each with its place among all. */
const written = (dialect: Dialect) => {
  const column = (name: string) => {
    const kind = kindOfColumn(name)
    return kind && { sql: dialect.identifier(name), column: kind }
  }
  return Effect.map(
    Effect.forEach(all, (one) => Effect.result(expression(one.node, { dialect, column }))),
    (compiled) =>
      compiled.flatMap((result, index) =>
        Result.isFailure(result)
          ? []
          : [
              {
                index,
                sql: result.success.sql.replaceAll("{event_time}", String(PARAMETERS.event_time)),
                needs: result.success.needs,
              },
            ],
      ),
  )
}

/** Many conditions a question: engines spend more time on planning a query than on answering this one. */
const questions = (said: ReadonlyArray<{ readonly sql: string }>): ReadonlyArray<string> => {
  const asked = said.map(({ sql }, at) => `coalesce(${sql}, false) AS c${at}`)
  const groups = Array.from({ length: Math.ceil(asked.length / 50) }, (_, at) => asked.slice(at * 50, at * 50 + 50))
  return groups.map((group) => `SELECT ${group.join(", ")} FROM line ORDER BY n`)
}

const compareAll = (
  dialect: Dialect,
  ask: (conditions: ReadonlyArray<{ readonly sql: string }>) => Effect.Effect<Answers, Error>,
) =>
  Effect.gen(function* () {
    const said = yield* written(dialect)
    const answers = yield* ask(said)
    assert.isAbove(said.length, all.length / 2)
    for (const [at, { index, sql }] of said.entries())
      for (const [n, row] of rows.entries()) {
        const answer = String(answers[at]?.[n]).toLowerCase()
        assert.strictEqual(answer, String(meaning(all[index]!, row)), `${sql} of row ${n}`)
      }
  })

const plainText = (value: unknown): string | null =>
  value === undefined ? null : BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : String(value)

/** Spark reads a backslash in a text as the beginning of an escape. */
const sparkText = (value: unknown): string => {
  const text = plainText(value)
  return text === null ? "NULL" : spark.textLiteral(text)
}

const sparkRows = (some: ReadonlyArray<Row>): string => {
  const names = ["note", "id", "units", "amount", "tip", "at"] as const
  const values = some.map((row, n) => `(${[n, ...names.map((name) => sparkText(row[name]))].join(", ")})`)
  const typed = names.map((name) => {
    const column = kindOfColumn(name)
    return `CAST(\`${name}\` AS ${column === undefined ? "STRING" : spark.typeName(column)}) AS \`${name}\``
  })
  return `SELECT n, ${typed.join(", ")} FROM VALUES ${values.join(", ")} AS raw(n, ${names.map(spark.identifier).join(", ")})`
}

const sold = rowsOf(300, 5)

const kpiViews = [
  `CREATE TEMPORARY VIEW lines AS SELECT CAST(date AS DATE) AS date, timestamp_micros(us) AS event_time, CAST(store AS BIGINT) AS store,
    receipt, currency, CAST(amount AS DECIMAL(18,4)) AS amount, CAST(units AS BIGINT) AS units FROM VALUES ${sold
      .map(({ date, row }) => {
        const values = ["store", "receipt", "currency", "amount", "units"].map((name) => sparkText(row[name]))
        return `('${date}', ${microsOf(row["at"] as number)}L, ${values.join(", ")})`
      })
      .join(", ")} AS raw(date, us, store, receipt, currency, amount, units)`,
  `CREATE TEMPORARY VIEW reference_places AS SELECT CAST(store AS BIGINT) AS store, region, CAST(rank AS BIGINT) AS rank FROM VALUES ${references.places
    .map((row) => `(${["store", "region", "rank"].map((name) => sparkText(row[name])).join(", ")})`)
    .join(", ")} AS raw(store, region, rank)`,
]

const columnsOf = ({ dimensions, measures }: Kpi) => 1 + dimensions.length + measures.length

/** Booleans in the words of the reference. */
const figuresOf = (one: Kpi) =>
  Effect.map(kpiSelect(one, spark, "lines", lineData), (select) => {
    const names = [PERIOD_COLUMN[one.grain], ...[...one.dimensions, ...one.measures].map(({ name }) => name)]
    return `SELECT ${names.map((name) => `CAST(${spark.identifier(name)} AS STRING)`).join(", ")} FROM (${select})`
  })

const shown = (row: Row): string => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value))

describe("a generated condition means the same in", () => {
  it.effect.each(["glue-shell", "glue-spark"])(
    "the DuckDB of %s",
    (environment) =>
      compareAll(duckdb, (said) =>
        python<Answers>(environment, "duckdb_values.py", {
          setup: lineTable(rows),
          questions: questions(said),
        }),
      ),
    120_000,
  )

  it.effect("polars, where its needs hold", () =>
    Effect.gen(function* () {
      const said = yield* written(polars)
      const provable = rows.filter((row) =>
        [row["amount"], row["tip"]].every(
          (amount) =>
            amount === undefined || Math.abs(BigDecimal.toNumberUnsafe(amount as BigDecimal.BigDecimal)) < 1e11,
        ),
      )
      const types = { note: "String", id: "String", units: "Int64", amount: "Float64", tip: "Float64", at: "Float64" }
      const answers = yield* python<ReadonlyArray<ReadonlyArray<boolean | null>>>("glue-shell", "polars_values.py", {
        rows: provable.map((row) => Object.fromEntries(Object.keys(types).map((name) => [name, plainText(row[name])]))),
        types,
        conditions: said,
      })
      let compared = 0
      for (const [at, { index, sql }] of said.entries())
        for (const [n, row] of provable.entries()) {
          const answer = answers[at]?.[n]
          if (answer === null) continue
          compared++
          assert.strictEqual(answer, meaning(all[index]!, row), `${sql} of ${shown(row)}`)
        }
      assert.isAbove(compared, 5000)
    }),
  )

  it.effect(
    "Spark, where a business date is the same day in any session's time zone, and KPIs have the figures of computeKpi",
    () =>
      Effect.gen(function* () {
        const said = yield* written(spark)
        const days = zones.map(({ timeZone, cutoffHour }) => {
          const sql = spark.businessDate("us", { timeZone, cutoffHour })
          return `SELECT ${sql} FROM VALUES ${moments.map((us, n) => `(${n}, ${us})`).join(", ")} AS m(n, us) ORDER BY n`
        })
        const figures = yield* Effect.forEach(kpis, figuresOf)
        const answers = yield* python<Answers>("glue-6", "spark_values.py", {
          timeZone: "America/Los_Angeles",
          setup: [`CREATE TEMPORARY VIEW line AS ${sparkRows(rows)}`, ...kpiViews],
          questions: [...questions(said), ...days, ...figures],
        })
        yield* compareAll(spark, () => Effect.succeed(answers))
        for (const [at, zone] of zones.entries())
          for (const [n, us] of moments.entries())
            assert.strictEqual(answers[said.length + at]?.[n], businessDay(us, zone), `${us} in ${zone.timeZone}`)
        let next = said.length + zones.length
        for (const one of kpis) {
          const columns = answers.slice(next, (next += columnsOf(one)))
          const found = (columns[0] ?? []).map((_, n) => columns.map((column) => column[n] ?? null))
          assert.deepStrictEqual(printed(one, found), expected(one, sold), one.name)
        }
      }),
    300_000,
  )
})
