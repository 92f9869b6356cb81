/**
 * Bundles the Lambda into one file, the AWS SDK included: what Lambda ships beside the runtime changes without notice,
 * and loading the SDK's many small files from there takes longer than parsing the parts of it that are used.
 */
import { writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { build } from "rolldown"

const { output } = await build({
  cwd: import.meta.dirname,
  input: "src/index.ts",
  platform: "node",
  // The SDK's modules as they were written: of what it has for Node as one file, everything would be loaded.
  resolve: { conditionNames: ["@pos/source", "module", "import", "node", "default"], mainFields: ["module", "main"] },
  output: { file: "dist/bundle/index.mjs", format: "esm", minify: true, codeSplitting: false },
})

// What went into it, for its bill of materials.
const workspace = join(import.meta.dirname, "../..")
const modules = output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []))
const paths = modules.filter((id) => id.startsWith(workspace)).map((id) => relative(workspace, id))
writeFileSync(join(import.meta.dirname, "dist/modules.json"), JSON.stringify(paths.sort(), null, 1))
