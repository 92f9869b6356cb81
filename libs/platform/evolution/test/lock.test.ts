import { assert, describe, it } from "@effect/vitest"
import { Expr } from "@pos/contract"
import { Effect } from "effect"
import { implies } from "../src/implies.ts"
import { compare, lockText, readLock, UnknownPart, UnreadableLock } from "../src/index.ts"
import { compareVersions, isVersion, nextVersion, requiredVersion } from "../src/version.ts"
import { wordsOf } from "../src/words.ts"
import { lockOfEntry, lockWith, registered, tillTotal } from "./receipts.ts"

describe("a part of a contract that a lock does not know", () => {
  const { dataset, kpis } = registered()
  it.effect.each<readonly [string, Parameters<typeof lockOfEntry>[0], RegExp]>([
    ["of the dataset", { dataset: { ...dataset, novelty: 1 } as never, kpis }, /it has no place for "novelty"/],
    [
      "of a rule",
      { dataset: { ...dataset, rules: dataset.rules.map((rule) => ({ ...rule, novelty: 1 })) }, kpis },
      /pos-receipts, rule amount_too_large: .*"novelty"/,
    ],
    [
      "of a column",
      { dataset: { ...dataset, fields: dataset.fields.map((field) => ({ ...field, novelty: 1 })) }, kpis },
      /pos-receipts, column id: .*"novelty"/,
    ],
    [
      "of a KPI",
      { dataset, kpis: kpis.map((kpi) => ({ ...kpi, novelty: 1 })) },
      /pos-receipts, KPI amount_per_till: .*"novelty"/,
    ],
    [
      "of the policies",
      { dataset: { ...dataset, policies: { ...dataset.policies, novelty: 1 } as never }, kpis },
      /novelty/,
    ],
    [
      "of the business date",
      { dataset: { ...dataset, businessDate: { timeZone: "UTC", cutoffHour: 0, novelty: 1 } as never }, kpis },
      /novelty|businessDate/,
    ],
  ])("%s is refused", ([, entry, words]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(lockOfEntry(entry))
      assert.instanceOf(error, UnknownPart)
      assert.match((error as UnknownPart).message, words)
    }),
  )
})

const lockBy = (...groupBy: ReadonlyArray<"till" | "units">) =>
  lockWith({ dataset: { groupRules: [tillTotal(...groupBy)] } })

it.effect("a rule about other groups has another condition", () =>
  Effect.gen(function* () {
    const changes = compare(yield* lockBy("till"), yield* lockBy("till", "units"))
    assert.deepStrictEqual(changes.map(wordsOf), ["rule till_total: another condition, not provably looser"])
    assert.deepStrictEqual(compare(yield* lockBy("units", "till"), yield* lockBy("till", "units")), [])
  }),
)

it.effect("a lock of an earlier release says nothing about the platform's reasons, and a column brings its own", () =>
  Effect.gen(function* () {
    const today = yield* lockWith()
    const { reasons: _, ...earlier } = today
    assert.deepStrictEqual(compare(earlier, today), [])
    const { missing_value: __, ...fewer } = today.reasons ?? {}
    assert.deepStrictEqual(compare({ ...today, reasons: fewer }, today), [])
  }),
)

describe("the text of a lock", () => {
  it.effect("is read as it was written, and is written the same again", () =>
    Effect.gen(function* () {
      const lock = yield* lockWith()
      const again = yield* readLock("x", lockText(lock))
      assert.deepStrictEqual(again, lock)
      assert.strictEqual(lockText(again), lockText(lock))
    }),
  )

  it.effect.each<readonly [string, (text: string) => string]>([
    ["no JSON", (text) => text.slice(1)],
    ["a key that the lock does not have", (text) => text.replace('"key"', '"novelty": 1, "key"')],
    ["another format", (text) => text.replace("pos-contract-lock/1", "pos-contract-lock/9")],
    ["a part that is missing", (text) => text.replace('"version": "1.4.2"', '"x": 1')],
    ["marks of a merge", (text) => `<<<<<<< ours\n${text}`],
  ])("with %s is refused in one line", ([, broken]) =>
    Effect.gen(function* () {
      const text = lockText(yield* lockWith())
      const error = yield* Effect.flip(readLock("libs/pos/receipts/contract.lock.json", broken(text)))
      assert.instanceOf(error, UnreadableLock)
      assert.match(error.message, /^libs\/pos\/receipts\/contract\.lock\.json is no lock that can be read: [^\n]*$/)
    }),
  )
})

describe("a condition", () => {
  const x = new Expr.Expr<bigint>({ op: "column", name: "x", kind: "integer" })
  const y = new Expr.Expr<bigint>({ op: "column", name: "y", kind: "integer" })
  it.each([
    [Expr.gt(x, 5), Expr.gt(x, 3), true],
    [Expr.gt(x, 3), Expr.gt(x, 5), false],
    [Expr.gt(x, 5), Expr.gte(x, 5), true],
    [Expr.gte(x, 5), Expr.gt(x, 5), false],
    [Expr.lt(x, 3), Expr.lt(x, 5), true],
    [Expr.lt(x, 3), Expr.gt(x, 1), false],
    [Expr.gt(y, 5), Expr.gt(x, 3), false],
    [Expr.and(Expr.gt(x, 5), Expr.eq(y, 1)), Expr.gt(x, 5), true],
    [Expr.gt(x, 5), Expr.and(Expr.gt(x, 5), Expr.eq(y, 1)), false],
    [Expr.gt(x, 5), Expr.or(Expr.gt(x, 3), Expr.eq(y, 1)), true],
    [Expr.or(Expr.gt(x, 5), Expr.eq(y, 1)), Expr.gt(x, 5), false],
    [Expr.or(Expr.gt(x, 5), Expr.gt(x, 9)), Expr.gt(x, 4), true],
    [Expr.oneOf(x, [1n]), Expr.oneOf(x, [1n, 2n]), true],
    [Expr.oneOf(x, [1n, 3n]), Expr.oneOf(x, [1n, 2n]), false],
    [Expr.not(Expr.gt(x, 3)), Expr.not(Expr.gt(x, 5)), false],
  ])("%j and %j: implied is %s", (one, other, expected) => assert.strictEqual(implies(one.node, other.node), expected))
})

describe("a version", () => {
  it.each([
    ["1.4.2", "major", "2.0.0"],
    ["1.4.2", "minor", "1.5.0"],
    ["1.4.2", "patch", "1.4.3"],
    ["0.4.2", "major", "0.5.0"],
    ["0.4.2", "minor", "0.4.3"],
  ] as const)("after %s, %s, is %s", (version, release, next) => {
    assert.strictEqual(nextVersion(version, release), next)
    assert.isAbove(compareVersions(next, version), 0)
  })

  it.each(["1", "1.0", "01.0.0", "1.0.0-beta", "v1.0.0", ""])("is not %j", (text) => assert.isFalse(isVersion(text)))

  it.each([
    ["1.0.0", "1.0.0", "minor", "1.1.0"],
    ["1.0.0", "1.0.0", "major", "2.0.0"],
    ["1.0.0", "1.1.0", "major", "2.0.0"],
    ["1.0.0", "1.1.0", "minor", undefined],
    ["1.0.0", "2.0.0", "minor", undefined],
    ["1.0.0", "next", "minor", undefined],
  ] as const)("released %s, now %s: a %s change needs %s", (released, today, release, expected) =>
    assert.strictEqual(requiredVersion(released, today, release), expected),
  )
})
