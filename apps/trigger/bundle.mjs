/**
 * Bundles the Lambda into one file, the AWS SDK included: what Lambda ships beside the runtime changes without notice,
 * and loading the SDK's many small files from there takes longer than parsing the parts of it that are used.
 */
import { build } from "rolldown"

await build({
  cwd: import.meta.dirname,
  input: "src/index.ts",
  platform: "node",
  resolve: { conditionNames: ["@pos/source", "import", "node", "default"] },
  output: { file: "dist/bundle/index.mjs", format: "esm", minify: true, codeSplitting: false },
})
