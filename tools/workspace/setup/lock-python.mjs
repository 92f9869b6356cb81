/** `npm run lock:python`: resolves `tools/workspace/python/*.in` into hashed lock files. */
import { join } from "node:path"
import { root, run } from "./process.mjs"
import { step } from "./steps.mjs"

const folder = join(root, "tools", "workspace", "python")
const uv = join(root, ".venv", "bootstrap", "bin", "uv")
const oldest = {
  "glue-shell": "3.9",
  "glue-python-shell": "3.9",
  "glue-spark": "3.11",
  "glue-6": "3.10",
  "local-aws": "3.10",
  "python-types": "3.11",
  "cfn-lint": "3.10",
  "duckdb-extensions": "3.11",
  "bench-peers": "3.11",
}

for (const [name, version] of Object.entries(oldest)) {
  const flags = name === "duckdb-extensions" ? ["--no-deps"] : []
  await step(`lock ${name}`, () =>
    run(
      uv,
      [
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        ...flags,
        "--python-version",
        version,
        "--custom-compile-command",
        "npm run lock:python",
        `${name}.in`,
        "-o",
        `${name}.txt`,
      ],
      { cwd: folder, hint: "Check the versions in the .in file." },
    ),
  )
}
