/** The engines that the jobs run, in the versions that the jobs run, against the contract's own decoding. */
import { execFile } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { dataset as sales, kpis } from "@pos/sales"
import { compile } from "@pos/sql"
import { Effect } from "effect"
import { boundaryRows, type Cells, hostileRows } from "../test/support/hostile.ts"
import { groupReference, hostileFiles, receiptLines } from "../test/support/receipt-lines.ts"
import { EVENT_TIME, reference, shown } from "../test/support/reference.ts"

const root = join(import.meta.dirname, "..", "..", "..")

/** Runs a script of this folder under one of the workspace's Python environments. */
const python = (environment: string, script: string, request: unknown): Effect.Effect<unknown, Error> =>
  Effect.callback((resume) => {
    const program = join(root, ".venv", environment, "bin", "python")
    const options = { maxBuffer: 1 << 28 }
    const child = execFile(program, [join(import.meta.dirname, script)], options, (error, stdout) =>
      resume(error === null ? Effect.sync(() => JSON.parse(stdout)) : Effect.fail(error)),
    )
    child.stdin?.end(JSON.stringify(request))
  })

const hostile = Effect.map(hostileRows(1500, 4200), (rows) => [...boundaryRows, ...rows])

describe("the exact validation", () => {
  it.effect.each(["glue-shell", "glue-spark"])(
    "gives the reference's verdicts and values with the DuckDB of %s",
    (environment) =>
      Effect.gen(function* () {
        const rows = yield* hostile
        const texts = rows.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell || null])),
        )
        const plan = yield* compile(sales, kpis)
        const found = (yield* python(environment, "exact.py", { plan, eventTime: EVENT_TIME, rows: texts })) as {
          readonly broken: ReadonlyArray<ReadonlyArray<string>>
          readonly values: ReadonlyArray<Readonly<Record<string, string | null>>>
        }
        for (const [index, row] of rows.entries()) {
          const expected = reference(row, "text")
          assert.deepStrictEqual(found.broken[index]?.toSorted(), expected.rules, shown(row))
          for (const [name, value] of Object.entries(expected.values))
            assert.strictEqual(found.values[index]?.[name], value, `${name} of ${shown(row)}`)
        }
      }),
    120_000,
  )

  it.effect.each(["glue-shell", "glue-spark"])(
    "judges groups as the reference does with the DuckDB of %s",
    (environment) =>
      Effect.gen(function* () {
        const rows = hostileFiles(6, 7).flat()
        const texts = rows.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell || null])),
        )
        const plan = yield* compile(receiptLines, [])
        const found = (yield* python(environment, "exact.py", { plan, eventTime: EVENT_TIME, rows: texts })) as {
          readonly ofGroups: ReadonlyArray<ReadonlyArray<string>>
        }
        const expected = groupReference(rows, EVENT_TIME)
        assert.deepStrictEqual(found.ofGroups, expected)
        assert.isAbove(new Set(expected.flat()).size, 5)
      }),
    120_000,
  )
})

type Proof = { readonly warnings: ReadonlyArray<string>; readonly values: Readonly<Record<string, string | null>> }

/** Rows that the fast path must not send to the exact one: plain ids, at most four decimals, no errors. */
const isOrdinary = (row: Cells): boolean =>
  reference(row, "text").valid &&
  /^[A-Z]-[0-9]+$/.test(row.transaction_id) &&
  /^(R-[0-9]+)?$/.test(row.receipt_id) &&
  [row.revenue, row.discount_applied].every((amount) => /^(-?[0-9]{1,7}(\.[0-9]{1,4})?)?$/.test(amount)) &&
  /^[0-9]{9,10}(\.[0-9]{1,6})?$/.test(row.timestamp) &&
  [row.store_id, row.product_id, row.quantity].every((number) => /^-?[0-9]{1,9}$/.test(number))

describe("the fast validation", () => {
  it.effect(
    "proves only rows that are clean, with the reference's warnings and values, and proves all ordinary ones",
    () =>
      Effect.gen(function* () {
        const rows = yield* hostile
        const plan = yield* compile(sales, kpis)
        const proofs = (yield* python("glue-shell", "proof.py", {
          plan,
          eventTime: EVENT_TIME,
          rows,
        })) as ReadonlyArray<Proof | null>
        let proved = 0
        for (const [index, row] of rows.entries()) {
          const [proof, expected] = [proofs[index], reference(row, "text")]
          if (proof === null || proof === undefined) {
            assert.isFalse(isOrdinary(row), `not proved: ${shown(row)}`)
            continue
          }
          proved++
          assert.deepStrictEqual(proof.warnings.toSorted(), expected.rules, shown(row))
          for (const [name, value] of Object.entries(expected.values))
            assert.strictEqual(proof.values[name], value, `${name} of ${shown(row)}`)
        }
        assert.isAbove(proved, 500)
      }),
    120_000,
  )
})
