import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import type { ProjectGraph } from "@nx/devkit"
import { pythonImports } from "./purity.ts"
import type { ProjectNode, ProjectUse } from "./rules.ts"

/** Which project a Python package belongs to. */
const pythonPackages: Readonly<Record<string, string>> = {
  pos_job_runtime: "job-runtime",
  pos_validation: "validation-job",
  pos_transformation: "transformation-job",
  pos_local_aws: "local-aws",
}

const filesUnder = (folder: string, ending: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/\/(node_modules|dist|cdk\.out)\//.test(path))
  } catch {
    return []
  }
}

/** The text of every source file below a project's `src`. */
export const sourcesOf = (workspace: string, projectRoot: string, ending: ".ts" | ".py"): ReadonlyMap<string, string> =>
  new Map(
    filesUnder(join(workspace, projectRoot, "src"), ending).map((path) => [
      path.slice(workspace.length + 1),
      readFileSync(path, "utf8"),
    ]),
  )

const pythonUses = (workspace: string, name: string, root: string): ReadonlyArray<ProjectUse> =>
  [...sourcesOf(workspace, root, ".py")].flatMap(([file, text]) =>
    pythonImports(text)
      .flatMap((imported) => pythonPackages[imported] ?? [])
      .filter((target) => target !== name)
      .map((target) => ({ name: target, kind: "import" as const, file })),
  )

/** Nx's project graph, with the imports of Python sources added. */
export const projectNodes = (workspace: string, graph: ProjectGraph): ReadonlyArray<ProjectNode> =>
  Object.values(graph.nodes).map((node) => ({
    name: node.name,
    root: node.data.root,
    tags: node.data.tags ?? [],
    uses: [
      ...(graph.dependencies[node.name] ?? []).map((dependency) => ({
        name: dependency.target,
        kind: dependency.type === "implicit" ? ("artefact" as const) : ("import" as const),
        file:
          "sourceFile" in dependency && typeof dependency.sourceFile === "string" ? dependency.sourceFile : undefined,
      })),
      ...pythonUses(workspace, node.name, node.data.root),
    ],
  }))
