/**
 * The two commands of the README: `npm start` and `npm test`; and `npm run setup` alone, which takes the names of Python
 * environments that are made on demand.
 * Plain JavaScript without dependencies: it runs before anything is installed.
 */
import { join } from "node:path"
import { installNodePackages, requireNode, workspaceNode } from "./node-packages.mjs"
import { foreground, root, SetupError } from "./process.mjs"
import { installPythonEnvironments } from "./python-environments.mjs"
import { installSparkClasses } from "./spark-classes.mjs"
import { installSparkJars } from "./spark-jars.mjs"

/** Without what only tests and the Spark engine need where it is `starting`: `pos start --engine spark` asks for the rest. */
const setup = async ({ asked, starting }) => {
  requireNode()
  await together(installNodePackages(), installPythonEnvironments({ asked, starting }))
  if (starting) return
  await installSparkJars()
  await installSparkClasses()
}

/** Waits for all of them, also where one fails: what the others have installed stays. */
const together = async (...steps) => {
  const failed = (await Promise.allSettled(steps)).find(({ status }) => status === "rejected")
  if (failed !== undefined) throw failed.reason
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
  await setup({ asked: name === "setup" ? args : [], starting: name === "start" })
  process.exitCode = await commands[name](args)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
