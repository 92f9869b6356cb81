/** `nx run workspace:boundaries`: who may import whom, which libraries reach outside, and how files are cut. */
import { createProjectGraphAsync, workspaceRoot } from "@nx/devkit"
import { circles } from "./circles.ts"
import { sourceFiles } from "./files.ts"
import { purityBreaches } from "./purity.ts"
import { crumbs, longFiles, testsInSources, upwards, wrongDirections } from "./rules.ts"

const graph = await createProjectGraphAsync({ exitOnError: true })
const files = sourceFiles(workspaceRoot)
const pure = Object.values(graph.nodes).filter(({ data }) => data.tags?.includes("pure"))
const sourcesOf = (root: string) => files.filter(({ path }) => path.startsWith(`${root}/src/`))

const breaches = [
  ...circles(files),
  ...wrongDirections(files),
  ...upwards(files),
  ...testsInSources(files),
  ...longFiles(files),
  ...crumbs(files),
  ...pure.flatMap(({ name, data }) => purityBreaches(name, sourcesOf(data.root))),
]

for (const breach of breaches) process.stderr.write(`${breach}\n`)
process.stdout.write(
  `${files.length} files, ${pure.length} pure libraries: ${breaches.length === 0 ? "boundaries hold" : `${breaches.length} breaches`}\n`,
)
process.exit(breaches.length === 0 ? 0 : 1)
