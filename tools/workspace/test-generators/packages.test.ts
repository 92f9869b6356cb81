/** The libraries as another repository gets them: packed, with built types, and without this workspace's sources. */
import { execFileSync } from "node:child_process"
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = join(import.meta.dirname, "../../..")

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | null | Readonly<Record<string, string>>>>
  readonly files?: ReadonlyArray<string>
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifest = (folder: string) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest
const folders = globSync("libs/*/*/package.json", { cwd: root }).map((path) => path.replace(/\/package\.json$/, ""))
const { release } = JSON.parse(readFileSync(join(root, "nx.json"), "utf8")) as {
  readonly release: { readonly projects: ReadonlyArray<string> }
}

const elsewhere = mkdtempSync(join(tmpdir(), "pos-packages-"))
afterAll(() => rmSync(elsewhere, { recursive: true }))

describe("a release", () => {
  it("has all libraries, each with what others need of it, and nothing that is not released", () => {
    // Apps are in it as well: they name the libraries' version. What is Python goes into the jobs, and is no package.
    assert.includeMembers([...release.projects], ["apps/*", "libs/pos/*", "libs/platform/*", "!*-job", "!job-runtime"])
    const released = folders.map((folder) => manifest(folder).name)
    for (const folder of folders) {
      const { dependencies = {}, exports, files } = manifest(folder)
      assert.deepStrictEqual(files, ["dist/src"], folder)
      for (const place of Object.values(exports))
        if (place !== null && typeof place === "object")
          for (const condition of ["types", "default"]) assert.match(place[condition] ?? "", /^\.\/dist\/src\//, folder)
      for (const name of Object.keys(dependencies)) if (name.startsWith("@pos/")) assert.include(released, name, folder)
    }
  })
})

describe("another repository", () => {
  beforeAll(() => {
    const compiler = join(root, "node_modules/typescript7/bin/tsc")
    execFileSync(process.execPath, [compiler, "--build", "libs/platform/lake", "libs/pos/sales"], { cwd: root })
    const modules = join(elsewhere, "node_modules")
    mkdirSync(join(modules, "@pos"), { recursive: true })
    for (const name of readdirSync(join(root, "node_modules")))
      if (name !== "@pos" && !name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(modules, name))
    for (const folder of ["platform/lake", "platform/aws", "platform/pipeline", "platform/contract", "pos/sales"]) {
      execFileSync("npm", ["pack", "--silent", "--pack-destination", elsewhere], { cwd: join(root, "libs", folder) })
      const name = folder.replace(/.*\//, "")
      const [packed = ""] = globSync(`pos-${name}-*.tgz`, { cwd: elsewhere })
      mkdirSync(join(modules, "@pos", name))
      execFileSync("tar", ["-xzf", packed, "-C", join(modules, "@pos", name), "--strip-components=1"], {
        cwd: elsewhere,
      })
    }
    writeFileSync(join(elsewhere, "package.json"), '{ "type": "module" }')
  })

  it("imports them, typed", () => {
    writeFileSync(
      join(elsewhere, "app.ts"),
      `import { lake } from "@pos/lake"
import { storeSalesPerDay } from "@pos/sales/kpis"
const rows = lake.kpi(storeSalesPerDay).where({ store_id: 7n }).rows
// @ts-expect-error there is no such column
lake.kpi(storeSalesPerDay).where({ shop: 7n })
console.log(storeSalesPerDay.name, typeof rows)
`,
    )
    const flags = [
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "--strict",
      "--skipLibCheck",
      "--types",
      "node",
      "app.ts",
    ]
    execFileSync(process.execPath, [join(root, "node_modules/typescript7/bin/tsc"), ...flags], { cwd: elsewhere })
    const printed = execFileSync(process.execPath, ["app.js"], { cwd: elsewhere, encoding: "utf8" })
    assert.strictEqual(printed, "store_sales_per_day object\n")
  })
})
