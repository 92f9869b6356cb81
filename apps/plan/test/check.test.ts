/** The check of the contracts against their locks, on a folder with locks of its own. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type Dataset, type Registered, registry, type Registry } from "@pos/contract"
import { datasets } from "@pos/datasets"
import { UnreadableLock } from "@pos/evolution"
import { Effect, Schema } from "effect"
import { check, CheckDocument, checkOptions } from "../src/check.ts"
import { checkLocks, LOCK, NoFolder } from "../src/locks.ts"

const SALES = `libs/pos/sales/${LOCK}`
const TOTALS = `libs/pos/declared-totals/${LOCK}`
const ACCEPT = checkOptions("release", [])
const CHECK = checkOptions("check", [])

const withChange = (entry: Registered, change: Partial<Dataset>): Registered => ({
  ...entry,
  dataset: { ...entry.dataset, ...change },
})

/** Two datasets of the repository, at a version that the tests can count from. */
const [sales, totals] = ["sales", "declared_totals"].map((table) => {
  const found = datasets.find(({ dataset }) => dataset.table === table)!
  return withChange(found, { version: "1.0.0" })
}) as [Registered, Registered]
const both = registry([sales, totals])

/** A repository's folders of datasets, and nothing else. */
const repository = Effect.acquireRelease(
  Effect.sync(() => {
    const root = mkdtempSync(join(tmpdir(), "pos-locks-"))
    for (const folder of ["sales", "declared-totals", "stores"])
      mkdirSync(join(root, "libs/pos", folder), { recursive: true })
    return {
      root,
      read: (path: string) => readFileSync(join(root, path), "utf8"),
      write: (path: string, text: string) => writeFileSync(join(root, path), text),
      has: (path: string) => existsSync(join(root, path)),
      check: (entries: Registry, options = CHECK) => check(root, entries, options),
    }
  }),
  ({ root }) => Effect.sync(() => rmSync(root, { recursive: true })),
)

/** The same, with the locks of today's contracts. */
const released = Effect.tap(repository, (repo) => repo.check(both, ACCEPT))

describe("the contracts", () => {
  it.effect("that have no lock may be released, and are then as released", () =>
    Effect.gen(function* () {
      const repo = yield* repository
      assert.match((yield* repo.check(both)).text, /2 contracts may be released/)
      assert.isFalse(repo.has(SALES))
      const accepted = yield* repo.check(both, ACCEPT)
      assert.include(accepted.text, `wrote ${SALES}\nwrote ${TOTALS}\n`)
      const after = yield* repo.check(both, { ...CHECK, released: true })
      assert.strictEqual(after.exitCode, 0)
      assert.match(after.text, /2 contracts as released/)
    }),
  )

  it.effect("keep their locks to the byte when they are released again", () =>
    Effect.gen(function* () {
      const repo = yield* released
      const before = repo.read(SALES)
      yield* repo.check(both, ACCEPT)
      assert.strictEqual(repo.read(SALES), before)
    }),
  )

  it.effect("whose locks an earlier release wrote, without severities of reasons, are as released, and get them", () =>
    Effect.gen(function* () {
      const repo = yield* released
      const { reasons, ...earlier } = JSON.parse(repo.read(SALES))
      assert.strictEqual(reasons.missing_value, "error")
      repo.write(SALES, JSON.stringify(earlier))
      assert.strictEqual((yield* repo.check(both, { ...CHECK, released: true })).exitCode, 0)
      yield* repo.check(both, ACCEPT)
      assert.deepStrictEqual(JSON.parse(repo.read(SALES)).reasons, reasons)
    }),
  )

  it.effect("are refused without the version that a change needs, and no lock is written, nor that of another", () =>
    Effect.gen(function* () {
      const repo = yield* released
      const before = [repo.read(SALES), repo.read(TOTALS)]
      const rules = sales.dataset.rules.map((rule) => ({ ...rule, severity: "error" as const }))
      const changed = registry([
        withChange(sales, { rules, version: "1.9.0" }),
        withChange(totals, { version: "1.0.1" }),
      ])
      for (const options of [CHECK, ACCEPT]) {
        const { exitCode, text } = yield* repo.check(changed, options)
        assert.strictEqual(exitCode, 1)
        assert.match(
          text,
          /stricter, major: rule zero_quantity: warning → error\n {4}affects suppliers\n {4}Tell the sup/,
        )
        assert.match(text, /Refused: its version is 1\.9\.0, and the changes since 1\.0\.0 need 2\.0\.0 or above/)
      }
      assert.deepStrictEqual([repo.read(SALES), repo.read(TOTALS)], before)
    }),
  )

  it.effect("pass with that version, but count as released only with their lock", () =>
    Effect.gen(function* () {
      const repo = yield* released
      const changed = registry([withChange(sales, { rules: [], version: "1.1.0" }), totals])
      assert.strictEqual((yield* repo.check(changed)).exitCode, 0)
      const strict = yield* repo.check(changed, { ...CHECK, released: true })
      assert.strictEqual(strict.exitCode, 1)
      assert.match(strict.text, /npx nx run plan:release/)
      yield* repo.check(changed, ACCEPT)
      assert.strictEqual((yield* repo.check(changed, { ...CHECK, released: true })).exitCode, 0)
    }),
  )

  it.effect("are compared though their table has another name", () =>
    Effect.gen(function* () {
      const repo = yield* released
      const { text } = yield* repo.check([withChange(sales, { table: "till_sales" }), totals])
      assert.match(text, /breaking, major: the table is called till_sales, not sales/)
      assert.notMatch(text, /no longer registered|not released yet/)
    }),
  )

  it.effect("that are gone are missed, until their lock is gone, too", () =>
    Effect.gen(function* () {
      const repo = yield* released
      const gone = yield* repo.check([sales], ACCEPT)
      assert.strictEqual(gone.exitCode, 1)
      assert.match(
        gone.text,
        /declared_totals 1\.0\.0 → gone\n {2}breaking, major: the dataset is no longer registered/,
      )
      rmSync(join(repo.root, TOTALS))
      assert.strictEqual((yield* repo.check([sales])).exitCode, 0)
    }),
  )

  it.effect("need a folder that is called like the table", () =>
    Effect.gen(function* () {
      const repo = yield* repository
      const lost = withChange(sales, { table: "lost", name: "pos-lost" })
      const error = yield* Effect.flip(checkLocks(repo.root, [lost]))
      assert.instanceOf(error, NoFolder)
      assert.match((error as NoFolder).message, /lost has no folder libs\/pos\/lost/)
    }),
  )

  it.effect("are not compared with what is no lock", () =>
    Effect.gen(function* () {
      const repo = yield* released
      repo.write(SALES, repo.read(SALES).replace('"fileTolerance"', '"tolerance"'))
      const error = yield* Effect.flip(repo.check(both, ACCEPT))
      assert.instanceOf(error, UnreadableLock)
      assert.match((error as UnreadableLock).message, /^libs\/pos\/sales\/contract\.lock\.json is no lock/)
    }),
  )
})

describe("--json", () => {
  it.effect("says the same, by its Schema", () =>
    Effect.gen(function* () {
      const repo = yield* released
      const changed: Registry = [withChange(sales, { key: ["transaction_id", "store_id"] }), totals]
      const { text, exitCode } = yield* repo.check(changed, { ...CHECK, json: true })
      const document = yield* Schema.decodeUnknownEffect(CheckDocument)(JSON.parse(text))
      assert.strictEqual(exitCode, 1)
      assert.isFalse(document.ok)
      const [first, second] = document.datasets
      assert.strictEqual(second?.verdict, "same")
      assert.strictEqual(first?.needed, "2.0.0")
      assert.deepStrictEqual(first?.changes[0]?.change, {
        _tag: "KeyChanged",
        from: ["transaction_id"],
        to: ["store_id", "transaction_id"],
      })
    }),
  )
})

describe("the program", () => {
  const main = join(import.meta.dirname, "../src/main.ts")
  const run = (...args: ReadonlyArray<string>) =>
    spawnSync(process.execPath, ["--conditions=@pos/source", main, ...args], { encoding: "utf8" })

  it("prints nothing but the document with --json", () => {
    const { status, stdout } = run("check", "--json")
    assert.strictEqual(JSON.parse(stdout).ok, status === 0)
  })

  it.each([
    [["check", "--nonsense"], /^Unknown option '--nonsense'/],
    [["nonsense"], /^unknown command "nonsense": build, docs, check, release\n$/],
    [["toString"], /^unknown command "toString"/],
  ])("refuses %j in a line", (args, words) => {
    const { status, stderr } = run(...args)
    assert.strictEqual(status, 2)
    assert.match(stderr, words)
    assert.lengthOf(stderr.trim().split("\n"), 1)
  })
})
