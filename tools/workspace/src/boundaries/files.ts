/** Every source file of the workspace, tests, benches and build scripts included, with what it imports. */
import { execFileSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import typescript from "typescript"
import { type Module, resolver } from "./resolve.ts"
import type { SourceFile } from "./rules.ts"

const GENERATED = ["**/node_modules/**", "**/dist/**", "**/dist-shell/**", "**/cdk.out*/**", "**/test-results/**"]

/** The paths of the files below apps, libs and tools that people write. */
export const sourcePaths = (workspace: string): ReadonlyArray<string> =>
  globSync("{apps,libs,tools}/**/*.{ts,tsx,mjs,py}", { cwd: workspace, exclude: GENERATED }).toSorted()

const typescriptImports = (text: string): ReadonlyArray<Module> =>
  typescript.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    line: text.slice(0, pos).split("\n").length,
    names: [fileName],
    level: 0,
  }))

/** Python's own parser reads Python: a text search would take an example in a docstring for an import. */
const pythonImports = (
  workspace: string,
  paths: ReadonlyArray<string>,
): Readonly<Record<string, ReadonlyArray<Module>>> => {
  const answer = execFileSync(
    join(import.meta.dirname, "../../../../.venv/glue-spark/bin/python"),
    [join(import.meta.dirname, "python_imports.py")],
    { cwd: workspace, input: paths.join("\n"), encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  )
  const found = JSON.parse(answer) as Record<string, ReadonlyArray<[line: number, names: Array<string>, level: number]>>
  return Object.fromEntries(
    Object.entries(found).map(([path, all]) => [path, all.map(([line, names, level]) => ({ line, names, level }))]),
  )
}

/** The files of a workspace and what each imports of it; what comes from outside is left out. */
export const sourceFiles = (workspace: string): ReadonlyArray<SourceFile> => {
  const paths = sourcePaths(workspace)
  const python = pythonImports(
    workspace,
    paths.filter((path) => path.endsWith(".py")),
  )
  const packages = globSync("{apps,libs/*,tools}/*/package.json", { cwd: workspace, exclude: GENERATED })
  const resolve = resolver(
    paths,
    new Map(packages.map((path) => [path, JSON.parse(readFileSync(join(workspace, path), "utf8")) as unknown])),
  )
  return paths.map((path) => {
    const text = readFileSync(join(workspace, path), "utf8")
    const modules = python[path] ?? typescriptImports(text)
    const imports = modules.flatMap((module) => {
      const to = resolve(path, module)
      return to === undefined || to === path ? [] : [[to, module.line] as const]
    })
    return { path, text, imports: [...new Map(imports.toReversed())].map(([to, line]) => ({ to, line })) }
  })
}
