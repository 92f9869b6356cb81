/**
 * Spark's classes as a JVM has them in memory, in one file (200 MB) which the next JVMs map: they read, check and link
 * 20,000 classes less. Such a file fits one JDK and one class path, of which it knows each jar's size and time.
 */
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { findJdk } from "./java.mjs"
import { root, run, SetupError } from "./process.mjs"
import { jars, sparkHome } from "./spark-jars.mjs"
import { step } from "./steps.mjs"

const target = join(root, ".venv", "spark-classes")
const script = join(root, "apps", "transformation-job", "spark-classes", "load_once.py")
const sources = ["apps/transformation-job/src", "libs/platform/job-runtime/src"].map((path) => join(root, path))

/** What the file fits. */
const keyOf = (jdk) => {
  const files = [jars, join(sparkHome(), "jars")].flatMap((folder) =>
    readdirSync(folder).map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name))
      return [folder, name, size, mtimeMs]
    }),
  )
  const java = statSync(join(jdk.home, "bin", "java"))
  return createHash("sha256")
    .update(JSON.stringify([jdk, java.size, java.mtimeMs, files]))
    .update(readFileSync(script))
    .digest("hex")
}

const make = async (jdk) => {
  const work = mkdtempSync(join(tmpdir(), "pos-spark-classes-"))
  const made = join(target, "making.jsa")
  try {
    await run(join(root, ".venv", "glue-6", "bin", "python"), [script, work], {
      hint: "Spark is slower to start without it, and otherwise the same.",
      env: {
        JAVA_HOME: jdk.home,
        PYTHONPATH: sources.join(delimiter),
        SPARK_SUBMIT_OPTS: `-XX:ArchiveClassesAtExit=${made}`,
        AWS_REGION: "eu-central-1",
        AWS_ENDPOINT_URL: "http://127.0.0.1:9",
        AWS_ACCESS_KEY_ID: "nobody",
        AWS_SECRET_ACCESS_KEY: "nothing",
        PYSPARK_SUBMIT_ARGS:
          "--conf spark.hadoop.fs.s3a.attempts.maximum=0 --conf spark.hadoop.fs.s3a.retry.limit=0 pyspark-shell",
      },
    })
    renameSync(made, join(target, "classes.jsa"))
  } finally {
    rmSync(work, { recursive: true, force: true })
    rmSync(made, { force: true })
  }
}

/** Makes the file where the JDK or a jar changed. Whatever goes wrong costs time later, and nothing else. */
export const installSparkClasses = async () => {
  const jdk = findJdk()
  if (jdk === undefined || !existsSync(jars)) return
  const marker = join(target, ".pos-lock")
  const key = keyOf(jdk)
  if (existsSync(marker) && readFileSync(marker, "utf8") === key) return
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  try {
    await step("Spark's classes, ready for the JVM", () => make(jdk))
    writeFileSync(marker, key)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    process.stderr.write(`! ${error.message}\n`)
  }
}
