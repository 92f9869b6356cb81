import { readFileSync, readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "vitest"
import { parse } from "yaml"
import { workflowBreaches } from "../src/workflows/rules.ts"

const folder = resolve(import.meta.dirname, "../../../.github")
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.ya?ml$/.test(name))
const read = (name: string) => readFileSync(join(folder, name), "utf8")
const sha = "0123456789abcdef0123456789abcdef01234567"

const workflow = (step: string, top = "permissions: { contents: read }") => `
on: push
${top}
jobs:
  one:
    steps:
      - ${step}
`

describe("this repository's workflows", () => {
  it("are found", () => {
    assert.includeMembers(files, ["workflows/ci.yml", "workflows/deploy.yml", "actions/setup/action.yml"])
  })

  for (const file of files.filter((name) => name !== "dependabot.yml")) {
    it(`keep the rules in ${file}`, () => {
      assert.deepStrictEqual(workflowBreaches(file, read(file)), [])
    })
  }

  it("use one version of each action", () => {
    const used = files.flatMap((file) =>
      [...read(file).matchAll(/uses: ([\w./-]+)@(\S+)/g)].map(([, name, at]) => [name, at]),
    )
    const versions = new Map(used.map(([name, at]) => [name, at]))
    for (const [name, at] of used) assert.strictEqual(at, versions.get(name), name)
  })

  it("deploy a stage by its name alone: its settings stand in cdk.json, where everybody deploys the same", () => {
    const given = [...read("workflows/deploy.yml").matchAll(/(?:--context|-c)[ =]([\w-]+)=/g)].map(([, name]) => name)
    assert.deepStrictEqual([...new Set(given)], ["stage"])
  })

  it("are kept up to date by Dependabot, as are the npm and Python locks", () => {
    const { updates } = parse(read("dependabot.yml")) as { updates: ReadonlyArray<Record<string, unknown>> }
    assert.sameMembers(
      updates.map((update) => update["package-ecosystem"]),
      ["github-actions", "npm", "pip"],
    )
  })
})

describe("a breach is told", () => {
  for (const [text, words] of [
    [workflow("uses: actions/setup-node@v7"), /not pinned/],
    [workflow(`uses: actions/setup-node@${sha}`), /not pinned/],
    [workflow(`uses: actions/setup-node@${sha.slice(1)} # v7.0.0`), /not pinned/],
    [workflow(`uses: actions/setup-node@${sha} # v7`), /not pinned/],
    [workflow("run: make", ""), /no permissions/],
    [workflow("run: make", "permissions: write-all"), /write-all/],
    [workflow("run: make", "permissions: { contents: write }"), /write contents/],
    [workflow('run: echo "${{ github.event.pull_request.title }}"'), /expression in a script/],
    [workflow(`uses: actions/checkout@${sha} # v7.0.1`), /leaves its token/],
    [workflow("run: make").replace("on: push", "on: [pull_request_target]"), /stranger's change/],
  ] as const) {
    it(String(words), () => {
      const breaches = workflowBreaches("some.yml", text)
      assert.lengthOf(breaches, 1)
      assert.match(breaches[0] ?? "", words)
    })
  }

  it("and what keeps the rules passes", () => {
    const step = `uses: actions/checkout@${sha} # v7.0.1\n        with: { persist-credentials: false }`
    assert.deepStrictEqual(workflowBreaches("some.yml", workflow(step)), [])
    assert.deepStrictEqual(workflowBreaches("some.yml", workflow("uses: ./.github/actions/setup")), [])
  })
})
