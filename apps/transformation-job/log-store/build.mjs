/** Compiles the log store into `dist/pos-log-store.jar` with the JDK's own tools: one class needs no build system. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { delimiter, join } from "node:path"
import { findJdk } from "../../../tools/workspace/setup/java.mjs"
import { root } from "../../../tools/workspace/setup/process.mjs"

const jars = join(root, ".venv", "spark-jars")
const here = join(root, "apps", "transformation-job", "log-store")
const fail = (message) => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

const jdk = findJdk()
const lib = join(root, ".venv", "glue-6", "lib")
const missing =
  jdk === undefined
    ? "no JDK 17 or newer was found on the PATH or in JAVA_HOME."
    : existsSync(lib) && existsSync(jars)
      ? undefined
      : "Spark is not set up. Run: npm run setup"
if (missing !== undefined) {
  // Everything but the Spark engine works without; a build server has to have it.
  const message = `The log store for Spark was not built: ${missing}`
  if (process.env.CI === "true") fail(message)
  process.stderr.write(`! ${message}\n`)
  process.exit(0)
}

const call = (program, args) => {
  const done = spawnSync(join(jdk.home, "bin", program), args, { encoding: "utf8" })
  if (done.status !== 0) fail(`${program} failed:\n${done.stderr}${done.stdout}`)
}

const spark = readdirSync(lib).find((name) => name.startsWith("python")) ?? ""
const classpath = [join(jars, "*"), join(lib, spark, "site-packages", "pyspark", "jars", "*")].join(delimiter)
const classes = join(here, "dist", "classes")
rmSync(join(here, "dist"), { recursive: true, force: true })
mkdirSync(classes, { recursive: true })
// Glue 6.0 runs Java 17, whatever compiles this.
call("javac", [
  "--release",
  "17",
  "-Xlint:all,-path,-processing",
  "-proc:none",
  "-cp",
  classpath,
  "-d",
  classes,
  join(here, "src", "pos", "delta", "ConditionalS3LogStore.java"),
])
// A fixed date: the same source gives the same bytes, so that a deployment sees a change only where there is one.
call("jar", [
  "--create",
  "--no-manifest",
  "--date=1980-01-01T00:00:02Z",
  "--file",
  join(here, "dist", "pos-log-store.jar"),
  "-C",
  classes,
  "pos",
])
