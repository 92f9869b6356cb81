import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { type GeneratorCallback, installPackagesTask, type Tree, updateJson } from "@nx/devkit"
import { datasetFiles } from "./dataset-files.ts"
import { spell } from "./names.ts"

export interface DatasetOptions {
  readonly name: string
  readonly row?: string
  readonly skipInstall?: boolean
}

const REGISTRY = "libs/pos/datasets"

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

/** The registry's list with the new dataset last: the import and the entry. */
const registered = (
  source: string,
  { constant, file }: { readonly constant: string; readonly file: string },
): string => {
  const statement = `import { kpis as ${constant}Kpis, ${constant} } from "@pos/${file}"`
  const [head = "", ...rest] = source.split("export const datasets")
  const imports = head.split("\n").filter((line) => line.startsWith("import "))
  const others = head.slice(0, head.indexOf(imports[0] ?? "\0"))
  const sorted = [...imports, statement].toSorted((a, b) => (moduleOf(a) < moduleOf(b) ? -1 : 1))
  const list = rest
    .join("export const datasets")
    .replace(/,?\s*\]\)/, `, { dataset: ${constant}, kpis: ${constant}Kpis }])`)
  return `${others}${sorted.join("\n")}\n\nexport const datasets${list}`
}

const moduleOf = (line: string): string => /from "([^"]+)"/.exec(line)?.[1] ?? ""

interface Referring {
  references: Array<{ path: string }>
}

const refer = (path: string) => (json: Referring) => ({ ...json, references: [...json.references, { path }] })

/** `nx g @pos/workspace:dataset NAME`: a library that compiles and runs, and its place in the registry. */
const generate = (tree: Tree, options: DatasetOptions): GeneratorCallback => {
  const { root, ...names } = checked(tree, options.name)
  const row = options.row ?? singular(names.file)
  for (const [path, text] of Object.entries(datasetFiles({ name: options.name, row })))
    tree.write(`${root}/${path}`, text)
  const list = tree.read(`${REGISTRY}/src/index.ts`, "utf8") ?? refuse(`${REGISTRY}/src/index.ts is missing.`)
  tree.write(`${REGISTRY}/src/index.ts`, registered(list ?? "", names))
  updateJson(tree, `${REGISTRY}/package.json`, (json: { dependencies: Record<string, string> }) => ({
    ...json,
    dependencies: Object.fromEntries(
      Object.entries({ ...json.dependencies, [`@pos/${names.file}`]: "0.0.0" }).toSorted(([a], [b]) =>
        a < b ? -1 : 1,
      ),
    ),
  }))
  updateJson(tree, `${REGISTRY}/tsconfig.json`, refer(`../${names.file}`))
  updateJson(tree, "tsconfig.json", refer(`./${root}`))
  return () => {
    if (options.skipInstall !== true) installPackagesTask(tree, true)
    // Names differ in length, and so does where a line must break.
    execFileSync(join(tree.root, "node_modules/.bin/oxfmt"), [root, REGISTRY, "tsconfig.json"], { cwd: tree.root })
  }
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
