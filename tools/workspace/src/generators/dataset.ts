import { execFileSync } from "node:child_process"
import { join } from "node:path"
import type { GeneratorCallback, Tree } from "@nx/devkit"
import { datasetFiles } from "./dataset-files.ts"
import { spell } from "./names.ts"
import { versionOfLibraries } from "./version.ts"
import type { Delivers } from "./reference-files.ts"

export interface DatasetOptions {
  readonly name: string
  readonly row?: string
  readonly delivers?: Delivers
  readonly skipInstall?: boolean
}

const REGISTRY = "libs/pos/datasets/src/list.ts"

/** `stores` → `store`, `till-entries` → `till-entry`. */
const singular = (name: string): string => name.replace(/ies$/i, "y").replace(/([^s])s$/i, "$1")

const refuse = (problem: string): never => {
  throw new Error(problem)
}

/** What a folder, a package and a table can all be called. */
const checked = (tree: Tree, name: string) => {
  const names = spell(name)
  const root = `libs/pos/${names.file}`
  if (
    tree.exists(root) ||
    ["contract", "plan", "sql", "pipeline", "aws", "infra", "cli", "trigger"].includes(names.file)
  )
    refuse(`There is a "${names.file}" already; nothing was changed.`)
  return { ...names, root }
}

/** The registry's list with a line for the new dataset, in alphabetical order. */
const listed = (source: string, { constant, file }: { readonly constant: string; readonly file: string }): string => {
  const lines = source.trimEnd().split("\n")
  const firstLine = lines.findIndex((line) => line.startsWith("export * as "))
  const head = firstLine === -1 ? lines : lines.slice(0, firstLine)
  const others = firstLine === -1 ? [] : lines.slice(firstLine)
  const sorted = [...others, `export * as ${constant} from "@pos/${file}"`].toSorted()
  return `${[...head, ...sorted].join("\n")}\n`
}

/** `nx g @pos/workspace:dataset NAME`: a library that compiles and runs, and its line in the registry. */
const generate = (tree: Tree, options: DatasetOptions): GeneratorCallback => {
  const { root, ...names } = checked(tree, options.name)
  const row = options.row ?? singular(names.file)
  const { delivers } = options
  if (delivers !== undefined && !["wholeList", "changes"].includes(delivers))
    refuse(`--delivers is wholeList or changes, not "${delivers}"; nothing was changed.`)
  for (const [path, text] of Object.entries(
    datasetFiles({
      name: options.name,
      row,
      version: versionOfLibraries(tree),
      ...(delivers === undefined ? {} : { delivers }),
    }),
  ))
    tree.write(`${root}/${path}`, text)
  const list = tree.read(REGISTRY, "utf8") ?? refuse(`${REGISTRY} is missing.`)
  tree.write(REGISTRY, listed(list ?? "", names))
  return () => {
    const run = (program: string, ...args: ReadonlyArray<string>) =>
      execFileSync(program, args, { cwd: tree.root, stdio: "ignore" })
    // Names differ in length, and so does where a line must break.
    run(join(tree.root, "node_modules/.bin/oxfmt"), root, REGISTRY)
    if (options.skipInstall !== true) run(process.execPath, join(tree.root, "tools/workspace/src/link.ts"))
  }
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
