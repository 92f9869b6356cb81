/** Who may import whom, file by file. Pure. */

/** A file and what it imports of the workspace, by path from the root. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: ReadonlyArray<{ readonly to: string; readonly line: number }>
}

/** What is wrong, as one sentence that begins with the place. */
export type Breach = string

/** A file longer than this holds more than one idea. */
export const MOST_LINES = 300

/**
 * Which folders the files of a folder may import from, beside their own project. The longest prefix counts. What is not
 * listed may import nothing; nothing may import an app.
 */
const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  "libs/pos/datasets": ["libs/pos", "libs/platform/contract"],
  // A dataset knows no other dataset, but for those that its figures look up.
  "libs/pos": ["libs/platform/contract"],
  "libs/platform/contract": [],
  "libs/platform/pipeline": [],
  "libs/platform/sql": ["libs/platform/contract"],
  "libs/platform/evolution": ["libs/platform/contract", "libs/platform/sql"],
  "libs/platform/aws": ["libs/platform/pipeline"],
  "libs/platform/pages": ["libs/platform/contract"],
  "libs/platform/runs": ["libs/platform/aws", "libs/platform/pipeline"],
  "libs/platform/lake": ["libs/platform/aws", "libs/platform/contract"],
  "libs/platform/dashboard-server": [
    "libs/platform/aws",
    "libs/platform/contract",
    "libs/platform/lake",
    "libs/platform/pages",
    "libs/platform/pipeline",
    "libs/platform/runs",
  ],
  "libs/platform/deployment": ["libs/platform/aws", "libs/platform/pipeline", "libs/platform/sql"],
  "libs/platform/lambda-runtime": ["libs/platform/pipeline"],
  "libs/platform/job-runtime": [],
  apps: ["libs/pos", "libs/platform"],
  "tools/corpus": [],
  "tools/demo-data": [],
  "tools/local-aws": [],
  tools: ["libs/pos", "libs/platform"],
}

/** Test support and build scripts, never a product's sources, may use these, too. */
const besideSources: ReadonlyArray<readonly [from: RegExp, to: string, why: string]> = [
  [/^apps\/[^/]+\/(.*\/)?[\w-]+\.mjs$/, "tools/workspace/setup", "build scripts find Java and the workspace"],
  [/^apps\/[^/]+\/bench\//, "tools/workspace/bench", "benches measure alike"],
  [/^apps\/[^/]+\/(fuzz|tests)\//, "tools/corpus/src", "the fuzzer begins with the corpus"],
  [/^apps\/[^/]+\/(tests|tests_spark)\//, "libs/platform/job-runtime/tests", "one S3 with faults for all jobs"],
]

/**
 * Folders of one project, the lowest first: a file may import from its own and from those below. What lies directly in the
 * project's package is above all of them.
 */
const layers: Readonly<Record<string, ReadonlyArray<string>>> = {
  "apps/validation-job/src/pos_validation": ["findings", "formats", "evaluation", "workers", "run"],
}

/** A KPI looks up reference data by their definition: what the library of a dataset exports, and nothing below it. */
const looksUp = (from: string, to: string, target: string): boolean =>
  under(from, "libs/pos") && under(target, "libs/pos") && to === `${target}/src/index.ts`

const under = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** `apps/x`, `tools/x`, `libs/a/x`: the folder of a project. */
export const projectOf = (path: string): string =>
  path
    .split("/")
    .slice(0, path.startsWith("libs/") ? 3 : 2)
    .join("/")

const allowedFor = (path: string): ReadonlyArray<string> => {
  const [longest] = Object.keys(mayImport)
    .filter((folder) => under(path, folder))
    .toSorted((a, b) => b.length - a.length)
  return longest === undefined ? [] : (mayImport[longest] ?? [])
}

/** Imports that lead in a direction that is not allowed, and those of another project's files that are not its sources. */
export const wrongDirections = (files: ReadonlyArray<SourceFile>): ReadonlyArray<Breach> =>
  files.flatMap(({ path, imports }) =>
    imports.flatMap(({ to, line }) => {
      const [from, target] = [projectOf(path), projectOf(to)]
      if (from === target || besideSources.some(([file, folder]) => file.test(path) && under(to, folder))) return []
      if (under(target, "apps")) return [`${path}:${line} imports ${to}: nothing may import an app`]
      if (!looksUp(path, to, target) && !allowedFor(path).some((folder) => under(to, folder)))
        return [`${path}:${line} imports ${to}: ${from} may not import ${target}`]
      return under(to, `${target}/src`) ? [] : [`${path}:${line} imports ${to}, which is no source of ${target}`]
    }),
  )

/** Imports of a folder that lies higher within the same package. */
export const upwards = (files: ReadonlyArray<SourceFile>): ReadonlyArray<Breach> =>
  Object.entries(layers).flatMap(([root, folders]) => {
    const height = (path: string): number => {
      const found = folders.findIndex((folder) => under(path, `${root}/${folder}`))
      return found === -1 ? folders.length : found
    }
    const inside = files.filter(({ path }) => under(path, root))
    return inside.flatMap(({ path, imports }) =>
      imports
        .filter(({ to }) => under(to, root) && to !== `${root}/__init__.py` && height(to) > height(path))
        .map(({ to, line }) => `${path}:${line} imports ${to}, which lies above it`),
    )
  })

/** Product code that imports its own tests, benches or tools. */
export const testsInSources = (files: ReadonlyArray<SourceFile>): ReadonlyArray<Breach> =>
  files
    .filter(({ path }) => under(path, `${projectOf(path)}/src`))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ to }) => projectOf(to) === projectOf(path) && !under(to, `${projectOf(path)}/src`))
        .map(({ to, line }) => `${path}:${line} imports ${to}: sources may not import what lies outside src`),
    )

/** Files with more lines than one idea needs. */
export const longFiles = (files: ReadonlyArray<SourceFile>): ReadonlyArray<Breach> =>
  files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split("\n").length
    return lines <= MOST_LINES ? [] : [`${path} has ${lines} lines, ${MOST_LINES} are the most: divide it`]
  })

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"))

/** Folders of sources that hold one small file and nothing else: a name more to learn, and nothing behind it. */
export const crumbs = (files: ReadonlyArray<SourceFile>): ReadonlyArray<Breach> => {
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))]
  return folders.flatMap((folder) => {
    const inside = files.filter(({ path }) => folderOf(path) === folder)
    const [only, ...others] = inside.filter(({ path }) => !path.endsWith("__init__.py"))
    const isLeaf = !folders.some((other) => other.startsWith(`${folder}/`))
    const depth = folder.slice(projectOf(folder).length).split("/").length - 1
    if (only === undefined || others.length > 0 || !isLeaf || depth < 2 || !/\/src\/(?!internal$)/.test(`${folder}`))
      return []
    if (only.text.trimEnd().split("\n").length > 40) return []
    return [`${folder} holds nothing but ${only.path.slice(folder.length + 1)}: put the file into the folder above`]
  })
}
