import { execFileSync } from "node:child_process"
import { join } from "node:path"
import type { GeneratorCallback, Tree } from "@nx/devkit"
import { appFiles, type KpiRow } from "./app-files.ts"
import { datasetFolder } from "./dataset-folder.ts"
import { spell } from "./names.ts"
import { versionOfLibraries } from "./version.ts"

export interface AppOptions {
  readonly name: string
  readonly kpi: string
  readonly dataset?: string
  readonly skipInstall?: boolean
}

/** Folders of the workspace's own projects: their names are taken. */
const PROJECTS = ["apps", "libs/pos", "libs/platform", "tools"]

const checked = (tree: Tree, name: string) => {
  const names = spell(name)
  const taken = PROJECTS.map((folder) => `${folder}/${names.file}`).find((folder) => tree.exists(folder))
  if (taken !== undefined) throw new Error(`There is a "${names.file}" already, ${taken}; nothing was changed.`)
  return names
}

/** One that is in the list, and may not be exported by itself. */
type Listed = Omit<KpiRow, "constant"> & { readonly constant: string | null }

/** The KPIs of a dataset, read by running its module as the plan's build does. */
const kpisOf = (workspace: string, module: string): ReadonlyArray<Listed> => {
  const answer = execFileSync(
    join(workspace, "node_modules/.bin/node"),
    ["--conditions=@pos/source", join(import.meta.dirname, "kpi.mjs"), join(workspace, module)],
    { cwd: join(workspace, "tools/workspace"), encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  )
  return JSON.parse(answer) as ReadonlyArray<Listed>
}

const kpiNamed = (kpis: ReadonlyArray<Listed>, name: string, root: string): KpiRow => {
  const found = kpis.find((kpi) => kpi.name === name.replaceAll("-", "_"))
  if (found?.constant === null)
    throw new Error(`${name} is not exported: add it to \`export { … }\` in the list of KPIs of ${root}.`)
  if (found !== undefined) return { ...found, constant: found.constant }
  const known = kpis.map((kpi) => kpi.name).join(", ") || "none"
  throw new Error(`There is no KPI "${name}" in ${root}: it has ${known}. Of another dataset: --dataset=NAME.`)
}

/** `nx g @pos/workspace:app NAME --kpi=KPI`: an app that reads the KPI, with a test. */
const generate = (tree: Tree, { name, kpi: wanted, dataset, skipInstall }: AppOptions): GeneratorCallback => {
  const app = checked(tree, name)
  const { root: folder } = datasetFolder(tree, dataset)
  const module = ["kpis/index.ts", "kpis.ts"].map((path) => `${folder}/src/${path}`).find((path) => tree.exists(path))
  const kpi = kpiNamed(module === undefined ? [] : kpisOf(tree.root, module), wanted, folder)
  const [measure] = kpi.sums
  if (measure === undefined)
    throw new Error(`${kpi.name} has no sum or count, which an app could add up: choose another KPI.`)
  const root = `apps/${app.file}`
  const library = `@pos/${folder.slice("libs/pos/".length)}`
  for (const [path, text] of Object.entries(
    appFiles({ app, folder, kpi, library, measure, version: versionOfLibraries(tree) }),
  ))
    tree.write(`${root}/${path}`, text)
  return () => {
    const run = (program: string, ...args: ReadonlyArray<string>) =>
      execFileSync(program, args, { cwd: tree.root, stdio: "ignore" })
    run(join(tree.root, "node_modules/.bin/oxfmt"), root)
    if (skipInstall !== true) run(process.execPath, join(tree.root, "tools/workspace/src/link.ts"))
  }
}

// oxlint-disable-next-line import/no-default-export -- Nx calls a generator's default export
export default generate
