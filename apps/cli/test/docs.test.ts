/** What docs/cli.md shows is what the commands print. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { FileReports, RunReport } from "@pos/runs/report"
import { Announcement } from "../src/announce/announce.ts"
import { Examination } from "../src/doctor.ts"
import { Exported } from "../src/export/document.ts"
import { Started, Status, Stopped } from "../src/local/document.ts"
import { Repeats } from "../src/output/rows-document.ts"
import { DeploymentPreview } from "../src/plan/document.ts"
import { Rejudged } from "../src/rejudge/document.ts"
import { Reported } from "../src/dashboard/document.ts"
import { cli, root } from "./cli.ts"

const page = readFileSync(join(root, "docs/cli.md"), "utf8")

/** The JSON examples of a section. */
const examples = (title: string): ReadonlyArray<unknown> => {
  const section = page.split(/^## /m).find((text) => text.startsWith(title))
  assert.isDefined(section, title)
  return [...section!.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, json = ""]) => JSON.parse(json) as unknown)
}

/** A transaction of the example; the second one's quantity is no whole number. */
const line = (at: number) => `t${at},1,2,${at === 2 ? "1.5" : "3"},4.50,,1700000000`

describe("docs/cli.md", () => {
  it.effect("lists every command of pos --help", () =>
    Effect.gen(function* () {
      const { out } = yield* cli(["--help"])
      const [, listed = ""] = /^SUBCOMMANDS\n([^]*?)\n\n/m.exec(stripVTControlCharacters(out)) ?? []
      const commands = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = ""]) => name)
      assert.includeMembers(commands, ["validate", "watch", "demo"])
      const [table = ""] = page.split("**Exit codes**")
      const missing = commands.filter((name) => !table.includes(`\`pos ${name}`) && !table.includes(`\`${name}\``))
      assert.deepStrictEqual(missing, [])
    }),
  )

  it.effect("shows what pos validate --json prints, to the letter", () =>
    Effect.gen(function* () {
      const [example] = examples("`pos validate`")
      const folder = mkdtempSync(join(tmpdir(), "pos-docs-"))
      const header = "transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp"
      mkdirSync(join(folder, "exports"))
      const file = join(folder, "exports/till-7.csv")
      writeFileSync(file, `${[header, ...Array.from({ length: 200 }, (_, at) => line(at))].join("\n")}\n`)
      const { out } = yield* cli(["validate", file, "--json"])
      rmSync(folder, { recursive: true })
      const printed = JSON.parse(out.replaceAll(`${folder}/`, "")) as unknown
      assert.deepStrictEqual(printed, example)
    }),
  )

  it("shows what runs in the shapes that pos start, status and stop --json print", () => {
    const [example] = examples("`pos start`") as ReadonlyArray<object>
    const strict = { onExcessProperty: "error" } as const
    Schema.decodeUnknownSync(Started, strict)({ ...example, started: true, redeployed: false })
    const [, contract = ""] = /as in `(\{"same".*?\})` *$/m.exec(page)!
    const whole = { ...example, data: "a", log: "b", contract: JSON.parse(contract) as unknown }
    Schema.decodeUnknownSync(Status, strict)(whole)
    const [, stopped = "", data = ""] = /`stop --json`: `(\{.*"data": )…(\})`/.exec(page)!
    Schema.decodeUnknownSync(Stopped, strict)(JSON.parse(`${stopped}"a"${data}`))
  })

  it("shows what pos announce, doctor, export and repeats --json print, in the shapes that they promise", () => {
    for (const [command, schema] of [
      ["`pos announce`", Announcement],
      ["`pos doctor`", Examination],
      ["`pos export`", Exported],
      ["`pos repeats`", Repeats],
      ["`pos report`", Reported],
    ] as const)
      Schema.decodeUnknownSync(Schema.toType(schema) as Schema.Decoder<unknown>, { onExcessProperty: "error" })(
        examples(command)[0],
      )
  })

  it("shows a run in the shape that pos ingest --json prints", () => {
    const [example] = examples("`pos ingest`") as ReadonlyArray<{ readonly files: ReadonlyArray<object> }>
    // The rows of a file are left out on the page: they stand in the section before.
    const rows = { total: 200, valid: 200, invalid: 0 }
    const whole = { ...example, files: example?.files.map((file) => ({ ...file, rows })) }
    const decoded = Schema.decodeUnknownSync(RunReport)(whole)
    assert.sameMembers(Object.keys(RunReport.fields), Object.keys(whole))
    assert.sameMembers(Object.keys(decoded.rows ?? {}), Object.keys(whole["rows" as never] ?? {}))
  })

  it("shows a preview in the shape that pos plan --json prints", () => {
    const [example, rejudged] = examples("`pos plan`") as ReadonlyArray<object>
    const whole = { ...example, rejudged }
    const decoded = Schema.decodeUnknownSync(DeploymentPreview, { onExcessProperty: "error" })(whole)
    assert.sameMembers(Object.keys(DeploymentPreview.fields), Object.keys(whole))
    assert.sameMembers(Object.keys(Rejudged.fields), Object.keys(decoded.rejudged ?? {}))
  })

  it("names every exit code, and no other", () => {
    const table = /\*\*Exit codes\*\*\n\n([^]*?)\n\n/.exec(page)?.[1] ?? ""
    assert.deepStrictEqual(
      [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code)),
      [0, 1, 2, 130],
    )
  })

  it("has a verdict that decodes", () => {
    assert.lengthOf(Schema.decodeUnknownSync(FileReports)(examples("`pos validate`")[0]), 1)
  })
})
