/**
 * Tells npm and TypeScript about the workspace's own libraries: the lock file with the links in node_modules, and the
 * project references. A new library needs it, and so does a library that begins to import another one.
 */
import { spawnSync } from "node:child_process"
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { workspaceRoot } from "@nx/devkit"

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
}

const read = (path: string): string => readFileSync(join(workspaceRoot, path), "utf8")

const run = (program: string, ...args: ReadonlyArray<string>): void => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: workspaceRoot, encoding: "utf8" })
  if (status === 0) return
  process.stderr.write(`${stdout}${stderr}\n${program} ${args.join(" ")} failed: mend that, then run this again.\n`)
  process.exit(1)
}

const { workspaces } = JSON.parse(read("package.json")) as { readonly workspaces: ReadonlyArray<string> }
const { packages } = JSON.parse(read("package-lock.json")) as {
  readonly packages: Readonly<Record<string, Partial<Manifest>>>
}

const folders = workspaces
  .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: workspaceRoot }))
  .map((path) => dirname(path))
const gone = Object.keys(packages).filter(
  (path) => path !== "" && !path.startsWith("node_modules/") && !existsSync(join(workspaceRoot, path)),
)

const sorted = (names: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(names).toSorted())

/** Whether the lock has the library as its package.json has it, and node_modules a link to it. */
const isKnown = (folder: string): boolean => {
  const { name, dependencies = {} } = JSON.parse(read(`${folder}/package.json`)) as Manifest
  return (
    sorted(packages[folder]?.dependencies ?? {}) === sorted(dependencies) &&
    packages[folder] !== undefined &&
    existsSync(join(workspaceRoot, "node_modules", name))
  )
}

if (gone.length > 0 || !folders.every(isKnown)) run(process.execPath, "tools/workspace/setup/relock.mjs")
run(join(workspaceRoot, "node_modules/.bin/nx"), "sync")
