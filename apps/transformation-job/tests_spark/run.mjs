/** Starts the Spark suite where a JDK is; elsewhere says so in one line, which a build server must not accept. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { findJdk } from "../../../tools/workspace/setup/java.mjs"
import { root } from "../../../tools/workspace/setup/process.mjs"

const jdk = findJdk()
const jars = existsSync(join(root, ".venv", "spark-jars", ".pos-lock"))
if (jdk === undefined || !jars) {
  const missing = jdk === undefined ? "no JDK 17 or newer was found" : "Spark's jars are missing (npm run setup)"
  process.stdout.write(`! The Spark suite did not run: ${missing}.\n`)
  process.exit(process.env.CI === "true" ? 1 : 0)
}
const done = spawnSync(
  join(root, ".venv", "glue-spark", "bin", "python"),
  ["-m", "pytest", "--junitxml=../test-results/test-spark/pytest.xml", ...process.argv.slice(2)],
  {
    cwd: join(root, "apps", "transformation-job", "tests_spark"),
    stdio: "inherit",
    env: { ...process.env, JAVA_HOME: jdk.home },
  },
)
process.exit(done.status ?? 1)
