/**
 * Infers the targets that every project has in common, so that none repeats them:
 * `lint`, `typecheck`, `test` for TypeScript (tsconfig.json, vitest.config.ts) and for Python (pyproject.toml).
 */
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"

const venv = (environment, program) => `.venv/${environment}/bin/${program}`

const typescriptTargets = (root, absolute) => ({
  lint: { command: `oxlint ${root} && oxfmt --check ${root}`, cache: true },
  typecheck: { executor: "nx:noop", dependsOn: ["compile"] },
  compile: {
    command: `node node_modules/typescript7/bin/tsc -b ${root}/tsconfig.json`,
    cache: true,
    // A project's declarations are built once, by its own target, and then read by those that import it.
    dependsOn: ["^compile"],
    outputs: ["{projectRoot}/dist/src", "{projectRoot}/dist/test", "{projectRoot}/dist/*.tsbuildinfo"],
  },
  ...(existsSync(join(absolute, "vitest.config.ts"))
    ? {
        test: {
          command: "vitest run --reporter=default --reporter=junit --outputFile.junit=test-results/test/vitest.xml",
          options: { cwd: root },
          cache: true,
          outputs: ["{projectRoot}/test-results/test"],
        },
      }
    : {}),
})

/** `[tool.pos] environments = [...]` names the interpreters whose libraries the project is tested with. */
const environmentsOf = (pyproject) => {
  const line = /^environments\s*=\s*\[([^\]]*)\]/m.exec(pyproject)?.[1] ?? '"glue-spark"'
  return [...line.matchAll(/"([^"]+)"/g)].map((match) => match[1])
}

const pythonTargets = (root, pyproject) => {
  const environments = environmentsOf(pyproject)
  const up = relative(root, ".")
  const options = { cwd: root }
  const ruff = join(up, venv("glue-spark", "ruff"))
  const mypy = join(up, venv(environments[0], "mypy"))
  return {
    lint: { command: `${ruff} check . && ${ruff} format --check .`, options, cache: true },
    typecheck: { command: mypy, options, cache: true },
    test: {
      executor: "nx:run-commands",
      options: {
        ...options,
        parallel: false,
        commands: environments.map(
          (environment) =>
            `${join(up, venv(environment, "python"))} -m pytest -q --junitxml=test-results/test/${environment}.xml`,
        ),
      },
      cache: true,
      outputs: ["{projectRoot}/test-results/test"],
    },
  }
}

export const name = "workspace"

export const createNodesV2 = [
  "{apps,libs,tools}/**/{tsconfig.json,pyproject.toml}",
  (files, _options, context) =>
    files.map((file) => {
      const root = dirname(file)
      const absolute = join(context.workspaceRoot, root)
      const targets = file.endsWith("tsconfig.json")
        ? typescriptTargets(root, absolute)
        : pythonTargets(root, readFileSync(join(context.workspaceRoot, file), "utf8"))
      return [file, { projects: { [root]: { name: basename(root), targets } } }]
    }),
]
