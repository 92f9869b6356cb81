/** The Lambda's folder: its code in one file, and beside it DuckDB, the page, and what the plan says to people. */
import { createHash } from "node:crypto"
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { build } from "rolldown"
import { natives, placeNatives } from "./natives.mjs"

const root = resolve(import.meta.dirname, "../..")
const dist = join(import.meta.dirname, "dist")
const building = join(dist, "building")
rmSync(building, { recursive: true, force: true })
mkdirSync(join(building, "plan"), { recursive: true })

const { output } = await build({
  cwd: import.meta.dirname,
  input: "src/index.ts",
  platform: "node",
  external: ["@duckdb/node-api"],
  resolve: { conditionNames: ["@pos/source", "module", "import", "node", "default"], mainFields: ["module", "main"] },
  output: { file: join(building, "index.mjs"), format: "esm", minify: true, codeSplitting: false },
})
for (const name of ["pages.json", "words.json"]) {
  copyFileSync(join(root, "apps/plan/dist", name), join(building, "plan", name))
}
copyFileSync(join(root, "apps/dashboard/dist/report/index.html"), join(building, "report.html"))
placeNatives(building)
rmSync(join(dist, "bundle"), { recursive: true, force: true })
renameSync(building, join(dist, "bundle"))

// What went into it, for its bill of materials.
const extensions = natives.extensions.map(({ name, version }) => {
  const file = join(dist, "bundle/extensions", `${name}.duckdb_extension`)
  return { name, version, sha256: createHash("sha256").update(readFileSync(file)).digest("hex") }
})
writeFileSync(join(dist, "extensions.json"), JSON.stringify(extensions, null, 1))
const modules = output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []))
const bundled = modules.filter((id) => id.startsWith(root)).map((id) => relative(root, id))
const paths = [...bundled, ...natives.packages.map((name) => `node_modules/${name}/package.json`)]
writeFileSync(join(dist, "modules.json"), JSON.stringify(paths.sort(), null, 1))
