/**
 * Infers the targets that Nx' own plugins don't: `lint` for every project, and `typecheck` and `test` for Python
 * (pyproject.toml). TypeScript's come from @nx/js and @nx/vitest: see nx.json.
 */
import { readFileSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"

const venv = (environment, program) => `.venv/${environment}/bin/${program}`

/** Projects of both languages have files of the other one: build scripts, engines under test. */
const lint = (root) => {
  const ruff = venv("glue-spark", "ruff")
  const commands = [
    `oxlint --no-error-on-unmatched-pattern ${root}`,
    `oxfmt --check --no-error-on-unmatched-pattern ${root}`,
    `${ruff} check --quiet --no-cache ${root}`,
    `${ruff} format --quiet --check --no-cache ${root}`,
  ]
  return { command: commands.join(" && "), cache: true }
}

/** A list of names in a project's `[tool.pos]`. */
const namesIn = (pyproject, key) => {
  const line = new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(pyproject)?.[1]
  return line === undefined ? undefined : [...line.matchAll(/"([^"]+)"/g)].map((match) => match[1])
}

/** `environments` are the interpreters whose libraries the project is tested with. */
const environmentsOf = (pyproject) => namesIn(pyproject, "environments") ?? ["glue-spark"]

/**
 * What the tests run of other projects. Those that run a plan name the projects as `sources`: of the contracts only what
 * they compile to counts then, so that a changed sentence runs no test again.
 */
const dependenciesOf = (pyproject) => {
  const projects = namesIn(pyproject, "sources")
  if (projects === undefined) return ["^production"]
  const plan = { dependentTasksOutputFiles: "**/plan.json" }
  return projects.length === 0 ? [plan] : [{ input: "production", projects }, plan]
}

/**
 * One target for each interpreter, `test-<environment>`, and `test` for all of them: they run beside other tests, and the
 * longest suites are not twice as long as they must be. What they read elsewhere is the named input `alsoRead` of the project.
 */
const pythonTargets = (root, pyproject) => {
  const environments = environmentsOf(pyproject)
  const up = relative(root, ".")
  const options = { cwd: root }
  const tests = environments.map((environment) => {
    const report = `test-results/test/${environment}.xml`
    return {
      command: `${join(up, venv(environment, "python"))} -m pytest -q --junitxml=${report}`,
      options,
      cache: true,
      inputs: ["default", ...dependenciesOf(pyproject), "alsoRead"],
      outputs: [`{projectRoot}/${report}`],
    }
  })
  const names = environments.map((environment) => `test-${environment}`)
  const together =
    environments.length === 1
      ? { test: tests[0] }
      : {
          ...Object.fromEntries(names.map((name, index) => [name, tests[index]])),
          test: { executor: "nx:noop", dependsOn: names },
        }
  return {
    typecheck: { command: join(up, venv(environments[0], "mypy")), options, cache: true },
    ...together,
  }
}

export const name = "workspace"

export const createNodesV2 = [
  "{apps,libs,tools}/**/{tsconfig.json,pyproject.toml}",
  (files, _options, context) =>
    files.map((file) => {
      const root = dirname(file)
      const python = file.endsWith("pyproject.toml")
        ? pythonTargets(root, readFileSync(join(context.workspaceRoot, file), "utf8"))
        : {}
      return [file, { projects: { [root]: { name: basename(root), targets: { lint: lint(root), ...python } } } }]
    }),
]
