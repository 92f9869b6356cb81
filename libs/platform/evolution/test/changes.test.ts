import { assert, describe, it } from "@effect/vitest"
import { everywhere, perBusinessDate } from "@pos/contract"
import { Arbitrary, Effect, Schema } from "effect"
import { expect } from "vitest"
import {
  Change,
  compare,
  impactOf,
  type Lock,
  lockText,
  readLock,
  renderReviews,
  review,
  reviewGone,
  reviewNew,
  together,
} from "../src/index.ts"
import { nextVersion } from "../src/version.ts"
import { wordsOf } from "../src/words.ts"
import { breaking } from "./cases/breaking.ts"
import { compatible } from "./cases/compatible.ts"
import { stricter } from "./cases/stricter.ts"
import { fields, kpisOf, lockWith, rules } from "./receipts.ts"

const cases = [...compatible, ...stricter, ...breaking]

const CLASSES = ["compatible", "stricter", "breaking"]
const RELEASES = ["patch", "minor", "major"]

describe.each(cases)("%s", (_, edit, told, severity, release) => {
  it.effect("is told, classified, and refused without its version", () =>
    Effect.gen(function* () {
      const [released, today] = [yield* lockWith(), yield* lockWith(edit)]
      const changes = compare(released, today)
      assert.deepStrictEqual(changes.map(wordsOf), [...told])
      assert.deepStrictEqual(together(changes), { class: severity, release })
      assert.strictEqual(review("receipts", released, today).verdict, "refused")
      const needed = nextVersion("1.4.2", release)
      assert.strictEqual(review("receipts", released, { ...today, version: needed }).verdict, "pending")
    }),
  )

  it.effect("is gone once it is released", () =>
    Effect.gen(function* () {
      const today = yield* lockWith(edit)
      const accepted = yield* readLock("contract.lock.json", lockText(today))
      assert.strictEqual(review("receipts", accepted, today).verdict, "same")
    }),
  )
})

it("every kind of change has an example, but for those of whole datasets and of what nobody planned", () =>
  Effect.gen(function* () {
    const released = yield* lockWith()
    const seen = new Set<string>()
    for (const [, edit] of cases) for (const { _tag } of compare(released, yield* lockWith(edit))) seen.add(_tag)
    assert.deepStrictEqual(
      Object.keys(Change.cases).filter((tag) => !seen.has(tag)),
      [
        "DatasetAdded",
        "DatasetRemoved",
        "TablePathChanged",
        "DatasetKindChanged",
        "DeliversChanged",
        "KeyScopeChanged",
        "PartitionsChanged",
        "StoredColumnChanged",
        "SomethingElseChanged",
      ],
    )
  }).pipe(Effect.runPromise))

const changesBy = (change: (lock: Lock) => Lock) => Effect.map(lockWith(), (lock) => compare(lock, change(lock)))

it.effect("what a file of reference data is", () =>
  Effect.gen(function* () {
    const lock = yield* lockWith()
    const [list, changes] = (["wholeList", "changes"] as const).map((delivers) => ({ ...lock, delivers }))
    const found = compare({ ...lock, ...list }, { ...lock, ...changes })
    assert.deepStrictEqual(found.map(wordsOf), ["each file is: the whole list → changes only"])
    assert.deepStrictEqual(together(found), { class: "breaking", release: "major" })
  }),
)

describe("what only the compiler can change", () => {
  it.effect.each<readonly [string, (lock: Lock) => Lock]>([
    [
      "table receipts: date is compiled to date NOT NULL → timestamp NOT NULL",
      (lock) => ({
        ...lock,
        curated: {
          ...lock.curated,
          columns: lock.curated.columns.map((one) => (one.name === "date" ? { ...one, type: "timestamp" } : one)),
        },
      }),
    ],
    [
      "table receipts: partitioned by date → till",
      (lock) => ({ ...lock, curated: { ...lock.curated, partitionBy: ["till"] } }),
    ],
    ["scope of the key: date → none", (lock) => ({ ...lock, curated: { ...lock.curated, keyScope: [] } })],
    [
      "table receipts: lies at lake/receipts, not curated/receipts",
      (lock) => ({ ...lock, curated: { ...lock.curated, path: "lake/receipts" } }),
    ],
    ["reference, not facts", (lock) => ({ ...lock, kind: "reference" })],
    [
      "curated differ in something that nobody compares yet",
      (lock) => ({ ...lock, curated: { ...lock.curated, key: ["other"] } }),
    ],
  ])("%s", ([words, change]) =>
    Effect.gen(function* () {
      const changes = yield* changesBy(change)
      assert.deepStrictEqual(changes.map(wordsOf), [words])
      assert.strictEqual(together(changes)?.class, "breaking")
    }),
  )
})

describe("a smaller window of the key", () => {
  it.effect("is breaking: repetitions become rows", () =>
    Effect.gen(function* () {
      const wide = yield* lockWith({ dataset: { unique: everywhere(400) } })
      const changes = compare(wide, yield* lockWith({ dataset: { unique: everywhere(31) } }))
      assert.deepStrictEqual(changes.map(wordsOf), [
        "a key is unique: on all dates within 400 days → on all dates within 31 days",
      ])
      assert.strictEqual(together(changes)?.class, "breaking")
      const silent = compare(yield* lockWith({ dataset: { unique: perBusinessDate } }), yield* lockWith())
      assert.strictEqual(together(silent)?.class, "stricter")
    }),
  )
})

describe("no change", () => {
  it.effect("between a contract and itself, nor where declarations stand in another order", () =>
    Effect.gen(function* () {
      const lock = yield* lockWith()
      assert.deepStrictEqual(compare(lock, lock), [])
      const reordered = yield* lockWith({
        fields: Object.fromEntries(Object.entries(fields).toReversed()),
        rules: rules.toReversed(),
        kpis: (row) => kpisOf(row).toReversed(),
      })
      assert.strictEqual(lockText(reordered), lockText(lock))
    }),
  )

  it.effect("where only words change", () =>
    Effect.gen(function* () {
      const lock = yield* lockWith()
      const reworded = yield* lockWith({
        fields: { ...fields, amount: fields.amount.annotate({ description: "Other words.", unit: "EUR" }) },
        rules: rules.map((rule) => ({ ...rule, words: { message: "No.", meaning: "No.", remedy: "No." } })),
        dataset: { description: "Other words." },
      })
      assert.strictEqual(lockText(reworded), lockText(lock))
    }),
  )
})

const changes = Arbitrary.schema(Schema.Array(Change).check(Schema.isMaxLength(5)))

describe("several changes", () => {
  it.effect.prop("are as bad as the worst of them, in any order", [changes, changes], ([some, others]) =>
    Effect.sync(() => {
      const all = together([...some, ...others])
      const impacts = [...some, ...others].map(impactOf)
      const rank = (list: ReadonlyArray<string>, of: (impact: (typeof impacts)[number]) => string) =>
        Math.max(-1, ...impacts.map((impact) => list.indexOf(of(impact))))
      assert.strictEqual(
        all === undefined ? -1 : CLASSES.indexOf(all.class),
        rank(CLASSES, (impact) => impact.class),
      )
      assert.strictEqual(
        all === undefined ? -1 : RELEASES.indexOf(all.release),
        rank(RELEASES, (impact) => impact.release),
      )
      assert.deepStrictEqual(together([...others, ...some]), all)
    }),
  )

  it.effect.prop(
    "each have words, somebody who is affected, and something to do",
    [Arbitrary.schema(Change)],
    ([one]) =>
      Effect.sync(() => {
        const { affected, next } = impactOf(one)
        assert.isNotEmpty(wordsOf(one))
        assert.isNotEmpty(affected)
        assert.match(next, /\.$/)
      }),
  )
})

const golden = (name: string, text: string) => Effect.promise(() => expect(text).toMatchFileSnapshot(`golden/${name}`))

describe("the texts", () => {
  it.effect("of a lock", () => Effect.flatMap(lockWith(), (lock) => golden("receipts.lock.json.txt", lockText(lock))))

  it.effect("of each change", () =>
    Effect.gen(function* () {
      const released = yield* lockWith()
      const told: Array<string> = []
      for (const [name, edit] of cases) {
        const one = review("receipts", released, yield* lockWith(edit))
        told.push(`# ${name}\n${renderReviews([one])}`)
      }
      yield* golden("changes.txt", told.join("\n"))
    }),
  )

  it.effect("of reviews", () =>
    Effect.gen(function* () {
      const lock = yield* lockWith()
      const older = { ...lock, version: "1.4.1" }
      yield* golden(
        "reviews.txt",
        [
          [review("receipts", lock, lock)],
          [review("receipts", lock, { ...lock, version: "1.5.0" })],
          [review("receipts", lock, older), reviewNew("slips", lock)],
          [reviewGone("slips", lock)],
          [reviewNew("slips", { ...lock, version: "one" })],
        ]
          .map((reviews) => renderReviews(reviews))
          .join("\n---\n\n"),
      )
    }),
  )
})
