/**
 * A test that reads a file of another place names it in its target's inputs: else a wrong file stays green from the cache.
 * Looked for are paths from the root, and relative ones that lead out of the project, in the texts of tests.
 */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, globSync, readFileSync, statSync } from "node:fs"
import { dirname, join, matchesGlob, normalize } from "node:path"
import { projectOf } from "../src/boundaries/rules.ts"

const root = join(import.meta.dirname, "../../..")
const read = (path: string) => readFileSync(join(root, path), "utf8")

interface Definition {
  readonly targets: Readonly<Record<string, { readonly inputs?: ReadonlyArray<unknown>; readonly dependsOn?: unknown }>>
  readonly implicitDependencies: ReadonlyArray<string>
  readonly namedInputs: Readonly<Record<string, ReadonlyArray<unknown>>>
  /** Projects of the workspace that package.json names. */
  readonly imports: ReadonlyArray<string>
  /** The projects that its tests name instead of all that it depends on: `sources` in a pyproject.toml, inputs with `projects`. */
  readonly sources: ReadonlyArray<string>
}

interface NamedProjects {
  readonly projects?: ReadonlyArray<string>
}

const manifestOf = (project: string): string =>
  [`${project}/project.json`, `${project}/package.json`].find((path) => existsSync(join(root, path))) ?? ""

const sourcesIn = (pyproject: string): ReadonlyArray<string> => {
  const text = existsSync(join(root, pyproject)) ? read(pyproject) : ""
  const listed = /^sources = \[([^\]]*)\]/m.exec(text)?.[1] ?? ""
  return [...listed.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name)
}

const definitionOf = (project: string): Definition => {
  const content = JSON.parse(read(manifestOf(project))) as Definition & {
    readonly nx?: Definition
    readonly dependencies?: Readonly<Record<string, string>>
  }
  const imports = Object.keys(content.dependencies ?? {}).filter((name) => name.startsWith("@pos/"))
  const { targets = {}, implicitDependencies = [], namedInputs = {} }: Partial<Definition> = content.nx ?? content
  const ofTest = (targets["test"]?.inputs ?? []).flatMap((input) => (input as NamedProjects).projects ?? [])
  return {
    targets,
    implicitDependencies,
    namedInputs,
    imports: imports.map((name) => name.slice("@pos/".length)),
    sources: [...ofTest, ...sourcesIn(`${project}/pyproject.toml`)],
  }
}

const folderOfName = new Map(
  globSync("{apps,libs/*,tools}/*/{package,project}.json", { cwd: root }).map((path) => {
    const content = JSON.parse(read(path)) as { readonly name: string; readonly nx?: { readonly name?: string } }
    return [content.nx?.name ?? content.name, dirname(path)] as const
  }),
)

/** Where a file's own texts lead: `"docs/cli.md"`, `"../../../docs/sizing.md"`. */
const outsidePaths = (path: string, text: string): ReadonlyArray<string> =>
  [...text.matchAll(/["'`]((?:\.\.\/)+[\w./-]+|(?:apps|libs|tools|docs)\/[\w./-]+|\w+\.md)["'`]/g)]
    .map(([, found = ""]) => (found.startsWith("..") ? normalize(join(dirname(path), found)) : found))
    .filter((found) => !/^(\.|node_modules)/.test(found) && projectOf(found) !== projectOf(path))
    .filter((found) => !/\/(dist|cdk\.out|test-results)/.test(found) && existsSync(join(root, found)))
    .map((found) => (statSync(join(root, found)).isDirectory() ? `${found}/` : found))

/** Patterns of inputs that name files, from the root. */
const filesNamed = ({ targets, namedInputs }: Definition): ReadonlyArray<string> =>
  [...Object.values(targets).flatMap(({ inputs = [] }) => inputs), ...Object.values(namedInputs).flat()]
    .filter((input): input is string => typeof input === "string" && input.startsWith("{workspaceRoot}/"))
    .map((input) => input.slice("{workspaceRoot}/".length))

/** `^production` has the sources of what a project depends on, directly or not; a list of projects has theirs alone. */
const isDependency = (definition: Definition, path: string): boolean => {
  const { implicitDependencies, imports, sources } = definition
  const isListed = sources.length > 0
  return (isListed ? sources : [...implicitDependencies, ...imports]).some((name) => {
    const folder = folderOfName.get(name) ?? ""
    if (path.startsWith(`${folder}/src/`) || path === `${folder}/main.py`) return true
    return !isListed && isDependency(definitionOf(folder), path)
  })
}

/** Of a folder, a pattern for some of its files will do. */
const covers = (pattern: string, path: string): boolean =>
  [path, `${path}any.ts`].some((one) => matchesGlob(one, pattern)) || (path.endsWith("/") && pattern.startsWith(path))

/** Files that a project's tests read and no input of its targets names. */
const missingInputs = (project: string, tests: ReadonlyArray<string>): ReadonlyArray<string> => {
  const definition = definitionOf(project)
  const patterns = filesNamed(definition)
  return tests.flatMap((path) =>
    outsidePaths(path, read(path))
      .filter((found) => !patterns.some((pattern) => covers(pattern, found)) && !isDependency(definition, found))
      .map((found) => `${manifestOf(project)}: no target has ${found} as an input, and ${path} reads it`),
  )
}

const tests = globSync("{apps,libs/*,tools}/*/{test,tests}/**/*.{ts,py}", {
  cwd: root,
  exclude: ["**/node_modules/**", "**/dist/**"],
}).filter((path) => !/^tools\/workspace\/test\/(inputs|boundaries)\.test\.ts$/.test(path))
const projects = [...new Set(tests.map(projectOf))].toSorted()

describe("what the tests read is an input of them", () => {
  it.each(projects)("%s", (project) => {
    const own = tests.filter((path) => projectOf(path) === project)
    assert.deepStrictEqual(missingInputs(project, own), [])
  })

  it("and a document that is no input is found", () => {
    assert.deepStrictEqual(outsidePaths("apps/cli/test/a.ts", 'read("docs/cli.md", "../../../README.md", "x")'), [
      "docs/cli.md",
      "README.md",
    ])
    assert.isFalse(filesNamed(definitionOf("apps/cli")).some((pattern) => matchesGlob("docs/sizing.md", pattern)))
  })
})
