/**
 * The bundle of the command line, made from the sources on demand. `node bundle.mjs` builds it unconditionally.
 *
 * `dist/bundle/inputs.json` lists the sources that went in; a bundle is fresh while none of them is newer.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { enableCompileCache } from "node:module"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const project = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const root = resolve(project, "../..")
const dist = join(project, "dist")
const bundle = join(dist, "bundle")
const entry = join(bundle, "main.js")
const inputsFile = join(bundle, "inputs.json")

/** The URL of a bundle that is not older than its sources. */
export const freshBundle = async () => {
  if (!isFresh()) await build()
  // Within the bundle, so that what was compiled of an older one goes with it.
  enableCompileCache(join(bundle, "compiled"))
  return pathToFileURL(entry).href
}

const isFresh = () => {
  try {
    const built = statSync(inputsFile).mtimeMs
    return JSON.parse(readFileSync(inputsFile, "utf8")).every((file) => statSync(join(root, file)).mtimeMs <= built)
  } catch {
    return false // no bundle yet, or a source was moved or deleted
  }
}

/** The files that the bundle consists of, in memory. */
export const chunks = async () => {
  const { rolldown } = await import("rolldown")
  const graph = await rolldown({
    input: { main: join(project, "src/main.ts") },
    platform: "node",
    external: ["@duckdb/node-api"],
    resolve: { conditionNames: ["@pos/source", "node", "import", "default"] },
    logLevel: "silent",
  })
  const { output } = await graph.generate({
    format: "esm",
    minify: true,
    chunkFileNames: "[name]-[hash].js",
    // What every part needs must not come to lie beside the SDK, which would then be loaded by all of them.
    codeSplitting: { groups: [{ name: "aws", test: /[/]node_modules[/](@aws-sdk|@smithy)[/]/ }] },
  })
  await graph.close()
  return output.filter(({ type }) => type === "chunk")
}

export const build = async () => {
  const output = await chunks()
  mkdirSync(dist, { recursive: true })
  // Built beside and renamed, so that two commands started at once never see half a bundle.
  const building = mkdtempSync(join(dist, "bundle-"))
  for (const { fileName, code } of output) writeFileSync(join(building, fileName), code)
  const sources = output
    .flatMap(({ moduleIds }) => moduleIds)
    .filter((id) => id.startsWith(root) && !id.includes("node_modules") && existsSync(id))
    .map((id) => relative(root, id))
  const inputs = [...sources, "apps/cli/bin/bundle.mjs", "package-lock.json"].sort()
  writeFileSync(join(building, "inputs.json"), JSON.stringify(inputs, null, 1))
  const replaced = mkdtempSync(join(dist, "replaced-"))
  try {
    if (existsSync(bundle)) renameSync(bundle, join(replaced, "bundle"))
    renameSync(building, bundle)
  } catch (error) {
    // Another command has just put its own, equal bundle there.
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(error.code)) throw error
    rmSync(building, { recursive: true, force: true })
  }
  rmSync(replaced, { recursive: true, force: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
