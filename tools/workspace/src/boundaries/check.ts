/** `nx run workspace:boundaries`: who may import whom, and which libraries reach outside. */
import { createProjectGraphAsync, workspaceRoot } from "@nx/devkit"
import { purityBreaches } from "./purity.ts"
import { cycles, importBreaches } from "./rules.ts"
import { projectNodes, sourcesOf } from "./workspace.ts"

const graph = await createProjectGraphAsync({ exitOnError: true })
const projects = projectNodes(workspaceRoot, graph)
const pure = projects.filter((project) => project.tags.includes("pure"))
const breaches = [
  ...importBreaches(projects),
  ...cycles(projects),
  ...pure.flatMap((project) => purityBreaches(project.name, sourcesOf(workspaceRoot, project.root, ".ts"))),
]

for (const breach of breaches) process.stderr.write(`${breach.sentence}\n`)
process.stdout.write(
  `${projects.length} projects, ${pure.length} of them pure: ${breaches.length === 0 ? "boundaries hold" : `${breaches.length} breaches`}\n`,
)
process.exit(breaches.length === 0 ? 0 : 1)
