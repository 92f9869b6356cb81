/** Starts the suite where a JDK is; elsewhere says so in one line, which a build server must not accept. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { findJdk } from "../../../tools/workspace/setup/java.mjs"
import { root } from "../../../tools/workspace/setup/process.mjs"

const jdk = findJdk()
const jars = existsSync(join(root, ".venv", "spark-jars", ".pos-lock"))
if (jdk === undefined || !jars) {
  const missing = jdk === undefined ? "no JDK 17 or newer was found" : "Spark's jars are missing (npm run setup)"
  process.stdout.write(`! The chain on Spark was not run: ${missing}.\n`)
  process.exit(process.env.CI === "true" ? 1 : 0)
}

const run = (command, args, cwd) => {
  const { status } = spawnSync(join(root, "node_modules", ".bin", command), args, {
    cwd,
    stdio: "inherit",
    env: { ...process.env, JAVA_HOME: jdk.home, PATH: `${join(jdk.home, "bin")}:${process.env.PATH}` },
  })
  if (status !== 0) process.exit(status ?? 1)
}

// Here and not in the target's dependencies: without a JDK there is no jar, and this stack is refused.
run("node", ["synth.mjs", "--to", "cdk.out.spark", "--context", "engine=spark"], join(root, "apps", "infra"))
const reports = ["--reporter=default", "--reporter=junit", "--outputFile.junit=../test-results/e2e-spark/vitest.xml"]
run("vitest", ["run", "--root", "e2e-spark", ...reports, ...process.argv.slice(2)], join(root, "apps", "cli"))
