/** docs/changing-a-contract.md is made of the examples that changes.test.ts executes: `nx run workspace:regenerate` writes it. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { CLASSES, REBUILD, REWRITE, type Class } from "../src/impact.ts"
import { type Lock, renderReviews, review } from "../src/index.ts"
import { breaking } from "./cases/breaking.ts"
import { compatible } from "./cases/compatible.ts"
import type { Case } from "./cases/edits.ts"
import { stricter } from "./cases/stricter.ts"
import { lockWith } from "./receipts.ts"

const cases: Readonly<Record<Class, ReadonlyArray<Case>>> = { compatible, stricter, breaking }
const PAGE = join(import.meta.dirname, "../../../../docs/changing-a-contract.md")

const linked = (next: string): string =>
  next
    .replaceAll(REWRITE, "[Move to a new table](#moving-to-a-new-table).")
    .replaceAll(/The next run computes \w+ again for .*$/g, "[It is computed again](#computing-a-kpi-again).")

/** A row of the page's tables: what was edited, what the check prints of it, the version, what to do. */
const row = (released: Lock, [name, edit, , , release]: Case) =>
  Effect.gen(function* () {
    const { changes } = review("receipts", released, yield* lockWith(edit))
    const todo = [...new Set(changes.map(({ impact }) => linked(impact.next)))].join(" ")
    return `| ${name} | ${changes.map(({ words }) => `\`${words}\``).join("<br>")} | ${release} | ${todo} |`
  })

const table = (released: Lock, all: ReadonlyArray<Case>) =>
  Effect.map(
    Effect.forEach(all, (one) => row(released, one)),
    (rows) =>
      ["| change | what the check prints | version | what to do |", "| --- | --- | --- | --- |", ...rows].join("\n"),
  )

const SAMPLE = "a rule that refuses more rows"

const sample = Effect.gen(function* () {
  const [, edit = {}] = stricter.find(([name]) => name === SAMPLE) ?? []
  return renderReviews([review("receipts", yield* lockWith(), yield* lockWith(edit))]).trimEnd()
})

const page = Effect.gen(function* () {
  const text = readFileSync(join(import.meta.dirname, "changing-a-contract.template.md"), "utf8")
  const parts: Record<string, string> = { sample: yield* sample, rewrite: REWRITE, rebuild: REBUILD("KPI") }
  const released = yield* lockWith()
  for (const name of CLASSES) parts[name] = yield* table(released, cases[name])
  return text.replaceAll(/\{\{(\w+)\}\}/g, (mark, name: string) => parts[name] ?? mark)
})

describe("docs/changing-a-contract.md", () => {
  it.effect(
    "has every kind of change, as the check prints it",
    () =>
      Effect.gen(function* () {
        const text = yield* page
        assert.notInclude(text, "{{")
        yield* Effect.promise(() => expect(text).toMatchFileSnapshot(PAGE))
      }),
    30_000,
  )
})
