/** One project of the workspace and the projects of the workspace that it uses. */
export interface ProjectNode {
  readonly name: string
  readonly root: string
  readonly tags: ReadonlyArray<string>
  readonly uses: ReadonlyArray<ProjectUse>
}

/** `import`: source code imports it. `artefact`: it reads what the other one's build writes. */
export interface ProjectUse {
  readonly name: string
  readonly kind: "import" | "artefact"
  readonly file?: string | undefined
}

export interface Breach {
  readonly project: string
  readonly sentence: string
}

/**
 * Which kinds of project a kind may import. A kind is a project's folder: `libs/pos`, `libs/platform/<name>`,
 * `apps`,
 * `tools/<name>`.
 */
const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  "libs/pos": ["libs/pos", "libs/platform/contract"],
  "libs/platform/contract": [],
  "libs/platform/pipeline": [],
  "libs/platform/sql": ["libs/platform/contract"],
  "libs/platform/aws": ["libs/platform/pipeline"],
  "libs/platform/deployment": ["libs/platform/aws", "libs/platform/pipeline", "libs/platform/sql"],
  "libs/platform/job-runtime": [],
  // Build scripts of an app call the set-up's helpers; its sources have no reason to.
  apps: ["libs/pos", "libs/platform", "tools/workspace"],
  "tools/workspace": ["libs/pos", "libs/platform"],
  "tools/local-aws": [],
  "tools/python-types": ["libs/platform"],
}

const kindOf = (root: string): string => {
  if (root.startsWith("libs/platform/")) return root.split("/").slice(0, 3).join("/")
  if (root.startsWith("tools/")) return root.split("/").slice(0, 2).join("/")
  if (root.startsWith("libs/pos/")) return "libs/pos"
  return root.split("/")[0] ?? root
}

const allows = (from: string, to: string): boolean =>
  (mayImport[from] ?? []).some((kind) => to === kind || to.startsWith(`${kind}/`))

/** Imports that the map of the repository does not allow. An app's artefact may be used; its code may not. */
export const importBreaches = (projects: ReadonlyArray<ProjectNode>): ReadonlyArray<Breach> => {
  const byName = new Map(projects.map((project) => [project.name, project]))
  return projects.flatMap((project) =>
    project.uses.flatMap((use) => {
      const target = byName.get(use.name)
      if (target === undefined || use.kind === "artefact") return []
      const [from, to] = [kindOf(project.root), kindOf(target.root)]
      if (allows(from, to)) return []
      const where = use.file === undefined ? "" : ` (${use.file})`
      return [
        { project: project.name, sentence: `${project.name} may not import ${target.name}: ${from} → ${to}${where}` },
      ]
    }),
  )
}

/** Circles in the graph of uses, each named once by its path. */
export const cycles = (projects: ReadonlyArray<ProjectNode>): ReadonlyArray<Breach> => {
  const byName = new Map(projects.map((project) => [project.name, project]))
  const done = new Set<string>()
  const found: Array<Breach> = []
  const visit = (name: string, path: ReadonlyArray<string>): void => {
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name]
      found.push({ project: name, sentence: `circle: ${circle.join(" → ")}` })
      return
    }
    if (done.has(name)) return
    for (const use of byName.get(name)?.uses ?? []) if (byName.has(use.name)) visit(use.name, [...path, name])
    done.add(name)
  }
  for (const project of projects) visit(project.name, [])
  return found
}
