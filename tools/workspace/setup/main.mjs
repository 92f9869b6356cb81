/**
 * The two commands of the README: `npm start` and `npm test`; and `npm run setup` alone, which takes the names of Python
 * environments that are made on demand.
 * Plain JavaScript without dependencies: it runs before anything is installed.
 */
import { join } from "node:path"
import { installNodePackages, requireNode, workspaceNode } from "./node-packages.mjs"
import { foreground, root, SetupError } from "./process.mjs"
import { installPythonEnvironments } from "./python-environments.mjs"
import { installSparkJars } from "./spark-jars.mjs"

const setup = async (asked) => {
  requireNode()
  await installNodePackages()
  await installPythonEnvironments(asked)
  await installSparkJars()
}

const node = workspaceNode()

const commands = {
  setup: async () => 0,
  start: (args) => foreground(node, [join(root, "apps/cli/bin/pos.mjs"), "demo", ...args]),
  test: (args) =>
    foreground(node, [join(root, "tools/workspace/src/test-all/main.ts"), ...args], { NX_DAEMON: "false" }),
}

const [name = "setup", ...args] = process.argv.slice(2)
try {
  await setup(name === "setup" ? args : [])
  process.exitCode = await commands[name](args)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
