/** What may be deployed over tables that hold rows, and what is refused. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Decimal, Flag } from "@pos/contract"
import { type Lock, pairs, preview, readContracts, type StoredTable } from "../src/index.ts"
import { breaking } from "./cases/breaking.ts"
import { compatible } from "./cases/compatible.ts"
import { column, policy, second } from "./cases/edits.ts"
import { stricter } from "./cases/stricter.ts"
import { type Edit, fields, lockWith } from "./receipts.ts"

const { tip: _tip, ...withoutTip } = fields
const { status: _status, ...withoutStatus } = fields

/** The tables that a contract has filled. */
const lakeOf = ({ curated, kpis }: Lock): ReadonlyMap<string, StoredTable> =>
  new Map([curated, ...kpis].map(({ name, columns, key, partitionBy }) => [name, { name, columns, key, partitionBy }]))

const EMPTY: ReadonlyMap<string, StoredTable> = new Map()

const deploying = Effect.fnUntraced(function* (
  edit: Edit,
  { version = "2.0.0", known = true, lake }: { version?: string; known?: boolean; lake?: typeof EMPTY } = {},
) {
  const deployed = yield* lockWith()
  const today = { ...(yield* lockWith(edit)), version }
  return preview({
    dataset: "receipts",
    today,
    deployed: known ? deployed : undefined,
    stored: lake ?? lakeOf(deployed),
  })
})

const actions = ({ tables }: { readonly tables: ReadonlyArray<{ readonly table: string; readonly action: string }> }) =>
  Object.fromEntries(tables.map(({ table, action }) => [table, action]))

/** Breaking for readers, and yet no table is in the way. */
const DEPLOYABLE = new Set([
  "a looser bound that widens the type of a sum",
  "a required column that becomes optional",
  "another name of the contract",
  "corrections instead of conflicts",
  "another grain of a KPI",
  "a removed KPI",
  "a renamed measure",
  "a measure that means something else",
  "a KPI of the week instead of the day",
  "groups that are computed from something else",
  "a ratio that goes",
  "a ratio that is rounded differently",
])

describe.each(breaking)("%s", (name, edit, told) => {
  it.effect(DEPLOYABLE.has(name) ? "is deployed" : "is refused: what, who notices, what to do", () =>
    Effect.gen(function* () {
      const { refused } = yield* deploying(edit)
      if (DEPLOYABLE.has(name)) return assert.deepStrictEqual(refused, [])
      assert.isNotEmpty(refused)
      for (const { what, affected, next } of refused) {
        assert.include(told, what)
        assert.isNotEmpty(affected)
        assert.match(next, /^[A-Z].*\.$/)
      }
    }),
  )

  it.effect("is no trouble where no row is stored yet", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* deploying(edit, { lake: EMPTY })).refused, [])
    }),
  )
})

describe.each(compatible)("%s", (_, edit) => {
  it.effect("is deployed, and taken back by deploying the version before it", () =>
    Effect.gen(function* () {
      const before = yield* lockWith()
      const after = { ...(yield* lockWith(edit)), version: "1.5.0" }
      const there = { dataset: "receipts", today: after, deployed: before, stored: lakeOf(before) }
      assert.deepStrictEqual(preview(there).refused, [])
      const back = preview({ dataset: "receipts", today: before, deployed: after, stored: lakeOf(after) })
      assert.isTrue(back.rollback)
      assert.deepStrictEqual(back.refused, [])
    }),
  )
})

describe.each(stricter)("%s", (name, edit) => {
  it.effect("is deployed, unless stored rows lack what is required", () =>
    Effect.gen(function* () {
      const { refused } = yield* deploying(edit)
      assert.strictEqual(refused.length > 0, name === "a new required column")
    }),
  )
})

describe("tables", () => {
  it.effect("stay as they are where the contract does", () =>
    Effect.gen(function* () {
      const { tables, refused } = yield* deploying({}, { version: "1.4.2" })
      assert.deepStrictEqual(refused, [])
      assert.isTrue(tables.every(({ action, why }) => action === "same" && why.length === 0))
    }),
  )

  it.effect("are new in an empty lake", () =>
    Effect.gen(function* () {
      const { tables } = yield* deploying({}, { lake: EMPTY })
      assert.isTrue(tables.every(({ action }) => action === "new"))
    }),
  )

  it.effect("get a new optional column, and keep it after a rollback", () =>
    Effect.gen(function* () {
      const wider = column({ member: Schema.optionalKey(Flag) })
      const altered = yield* deploying(wider, { version: "1.5.0" })
      assert.deepStrictEqual(altered.tables[0], {
        table: "receipts",
        kind: "curated",
        action: "altered",
        why: ["new column member"],
      })
      const lake = lakeOf(yield* lockWith(wider))
      const again = yield* deploying({}, { version: "1.5.1", lake })
      assert.deepStrictEqual(again.refused, [])
      assert.deepStrictEqual(again.tables[0]?.why, ["keeps its column member"])
    }),
  )

  it.effect("get the order of arrival where corrections win from now on", () =>
    Effect.gen(function* () {
      const { tables, refused } = yield* deploying(policy({ acrossFiles: "latestWins" }))
      assert.deepStrictEqual(refused, [])
      assert.deepStrictEqual(tables[0]?.why, ["new column source_order"])
    }),
  )

  it.effect("of a KPI are computed again where their shape or their meaning changes, and left where it goes", () =>
    Effect.gen(function* () {
      assert.strictEqual(actions(yield* deploying(second("more")))["receipts_per_till"], "rebuilt")
      assert.strictEqual(actions(yield* deploying(second("other")))["receipts_per_till"], "rebuilt")
      assert.strictEqual(actions(yield* deploying(second("more"), { known: false }))["receipts_per_till"], "rebuilt")
      const removed = breaking.find(([name]) => name === "a removed KPI")!
      assert.strictEqual(actions(yield* deploying(removed[1]))["receipts_per_till"], "left")
    }),
  )
})

describe("a stack that is too old to tell its contract", () => {
  const cases: ReadonlyArray<readonly [string, Edit, RegExp]> = [
    ["another type", column({ note: Schema.optionalKey(Flag) }), /its column note is string.* boolean/],
    ["a wider decimal", column({ tip: Schema.optionalKey(Decimal(11, 2)) }), /tip is decimal\(9,2\).* decimal\(11,2\)/],
    ["a removed column", { fields: withoutTip }, /has a column tip/],
    ["a new required column", column({ member: Flag }), /no column member, which the contract requires/],
    [
      "another key",
      { dataset: { key: ["id", "till"] } },
      /rows were told apart by id, and the contract's key is id, till/,
    ],
    [
      "a removed required column",
      { fields: withoutStatus },
      /every row of it must have a status, and the contract has no/,
    ],
  ]
  it.effect.each(cases)("is judged by its tables: %s", ([, edit, what]) =>
    Effect.gen(function* () {
      const { refused, tables } = yield* deploying(edit, { known: false })
      assert.match(refused[0]?.what ?? "", what)
      assert.strictEqual(tables[0]?.action, "refused")
    }),
  )
})

describe("what a table's log tells beside its columns", () => {
  const stored = Effect.fnUntraced(function* (change: (table: StoredTable) => StoredTable, name = "receipts") {
    const lock = yield* lockWith()
    const lake = lakeOf(lock)
    return yield* deploying({}, { version: "1.4.2", lake: new Map([...lake, [name, change(lake.get(name)!)]]) })
  })

  it.effect(
    "is compared where the deployed contract is the same, too: key, partitions, and what must have a value",
    () =>
      Effect.gen(function* () {
        const key = yield* stored((table) => ({ ...table, key: ["id", "till"] }))
        assert.match(key.refused[0]?.what ?? "", /told apart by id, till, and the contract's key is id$/)
        const parts = yield* stored((table) => ({ ...table, partitionBy: [] }))
        assert.match(parts.refused[0]?.what ?? "", /partitioned by nothing, and the contract compiles it by date$/)
        const must = yield* stored((table) => ({
          ...table,
          columns: table.columns.map((one) => (one.name === "note" ? { ...one, nullable: false } : one)),
        }))
        assert.deepStrictEqual([must.refused, must.tables[0]?.why], [[], ["column note may be empty"]])
      }),
  )

  it.effect("refuses nothing where it does not tell, nor where only the order of a key differs", () =>
    Effect.gen(function* () {
      const bare = yield* stored(({ columns, name }) => ({
        name,
        columns: columns.map((one) => ({ name: one.name, type: one.type })),
      }))
      assert.deepStrictEqual([bare.refused, bare.tables[0]?.action], [[], "same"])
    }),
  )

  it.effect("makes a KPI's table be computed again: another key, other partitions", () =>
    Effect.gen(function* () {
      const name = "receipts_per_till"
      for (const other of [{ key: ["date"] }, { partitionBy: [] }])
        assert.strictEqual(actions(yield* stored((table) => ({ ...table, ...other }), name))[name], "rebuilt")
    }),
  )
})

describe("the datasets of a stack and of a checkout", () => {
  it.effect("are paired by their tables, and by their contracts' names where a table is renamed", () =>
    Effect.gen(function* () {
      const lock = yield* lockWith()
      const renamed = breaking.find(([name]) => name === "another table")!
      const slips = { ...(yield* lockWith(renamed[1])), version: "2.0.0" }
      const [pair] = pairs({ slips }, { receipts: lock })
      assert.strictEqual(pair?.deployed?.curated.name, "receipts")
      const { refused } = preview({ ...pair!, stored: lakeOf(lock) })
      assert.match(refused[0]?.what ?? "", /the table is called slips, not receipts/)
      const [, gone] = pairs({ receipts: lock }, { receipts: lock, totals: { ...lock, contract: "totals" } })
      assert.isUndefined(gone?.today)
      const left = preview({ ...gone!, stored: lakeOf(lock) })
      assert.deepStrictEqual([...new Set(left.tables.map(({ action }) => action))], ["left"])
    }),
  )

  it.effect("are unknown where another release wrote them differently", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* readContracts(`{"format":"pos-contracts/9","datasets":{}}`))
      assert.isUndefined(yield* readContracts("<html>"))
      const datasets = { receipts: yield* lockWith() }
      const text = JSON.stringify({ format: "pos-contracts/1", datasets })
      assert.deepStrictEqual((yield* readContracts(text))?.datasets, datasets)
    }),
  )
})
