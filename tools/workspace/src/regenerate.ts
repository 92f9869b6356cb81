/**
 * `nx run workspace:regenerate`: everything in the repository that is generated, from what is written by hand. Read the
 * diff before you commit it: it is what your change means for engines, tables, documents and the deployed template.
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { workspaceRoot } from "@nx/devkit"

const nx = (...args: ReadonlyArray<string>): ReadonlyArray<string> => ["nx", "run", ...args]
const goldens = (project: string, ...tests: ReadonlyArray<string>): ReadonlyArray<string> => [
  "vitest",
  "run",
  "--root",
  project,
  ...tests,
  "-u",
]

const steps: ReadonlyArray<readonly [what: string, command: ReadonlyArray<string>]> = [
  ["the lock file, and TypeScript's references", ["node", "tools/workspace/src/link.ts"]],
  ["Python types of the documents", nx("python-types:generate")],
  ["the documents for suppliers", nx("plan:docs")],
  ["the compiled plan", goldens("apps/plan", "test/documents.test.ts")],
  ["the compiler's SQL, and the list of expressions", goldens("libs/platform/sql", "golden", "transform", "examples")],
  ["the list of changes of a contract", goldens("libs/platform/evolution", "changes", "page")],
  // Not the jobs' bundles: building them takes minutes, and nothing that is generated depends on what is in them.
  ["the plan", nx("plan:build")],
  ["the deployed template, and the state machine's diagram", goldens("apps/infra", "template", "diagram")],
]

/** A package manager's own folder first: the versions that the lock file pins. */
const env = { ...process.env, PATH: `${join(workspaceRoot, "node_modules/.bin")}:${process.env["PATH"] ?? ""}` }

for (const [what, [program = "", ...args]] of steps) {
  process.stdout.write(`· ${what}\n`)
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: workspaceRoot, env, encoding: "utf8" })
  if (status === 0) continue
  process.stderr.write(`${stdout}${stderr}\n${program} ${args.join(" ")} failed: mend that, then run this again.\n`)
  process.exit(1)
}
