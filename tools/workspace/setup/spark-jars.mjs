/**
 * The jars that Glue 6.0 has beside Spark: Delta, and S3A with the parts of the AWS SDK that it uses (12 MB instead of
 * the 600 MB of the whole SDK). Ivy, which Spark brings along, fetches them from where Maven users expect them; each
 * must have the pinned sha256 sum.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { findJdk } from "./java.mjs"
import { root, run, SetupError } from "./process.mjs"
import { step } from "./steps.mjs"

const venvs = join(root, ".venv")
/** The folder that they are in. */
export const jars = join(venvs, "spark-jars")
const pins = new URL("./spark-jars.json", import.meta.url)
const network = "Check the network and the Maven repository, then run the same command again."

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex")

/** A jar of the list, as Ivy is told to fetch it and as it is called afterwards. */
const fileOf = ({ name, version }) => `${name}-${version}.jar`

const ivyDescription = (list) => `<ivy-module version="2.0">
  <info organisation="pos" module="spark-jars"/>
  <configurations><conf name="default"/></configurations>
  <dependencies>
${list
  .map(
    ({ group, name, version }) =>
      `    <dependency org="${group}" name="${name}" rev="${version}" conf="default->master" transitive="false"/>`,
  )
  .join("\n")}
  </dependencies>
</ivy-module>
`

/** pyspark's own folder, whatever Python the environment has. */
export const sparkHome = () => {
  const lib = join(venvs, "glue-6", "lib")
  const python = readdirSync(lib).find((name) => name.startsWith("python"))
  return join(lib, python ?? "", "site-packages", "pyspark")
}

const verify = (folder, list) => {
  for (const jar of list) {
    const path = join(folder, fileOf(jar))
    if (!existsSync(path)) throw new SetupError(`Ivy did not fetch ${fileOf(jar)}. ${network}`)
    const found = sha256(readFileSync(path))
    if (found !== jar.sha256) {
      throw new SetupError(
        `${fileOf(jar)} has the sha256 sum ${found}, not the pinned ${jar.sha256}. Do not use it: ask who changed it.`,
      )
    }
  }
}

const fetchJars = async (jdk, list) => {
  const work = join(venvs, ".spark-jars-fetching")
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  try {
    writeFileSync(join(work, "ivy.xml"), ivyDescription(list))
    const ivy = readdirSync(join(sparkHome(), "jars")).find((name) => /^ivy-\d/.test(name))
    if (ivy === undefined) throw new SetupError("pyspark brings no Ivy. Remove .venv/glue-6 and run the same command.")
    const settings = process.env.POS_IVY_SETTINGS
    await run(
      join(jdk.home, "bin", "java"),
      [
        "-jar",
        join(sparkHome(), "jars", ivy),
        ...(settings ? ["-settings", settings] : []),
        "-warn",
        "-ivy",
        join(work, "ivy.xml"),
        "-cache",
        join(work, "cache"),
        "-retrieve",
        join(work, "jars", "[artifact]-[revision].[ext]"),
      ],
      { hint: network },
    )
    verify(join(work, "jars"), list)
    rmSync(jars, { recursive: true, force: true })
    renameSync(join(work, "jars"), jars)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Fetches the jars when the list changed. Without a JDK it says so once and leaves the Spark engine out. */
export const installSparkJars = async () => {
  const text = readFileSync(pins, "utf8")
  const marker = join(jars, ".pos-lock")
  if (existsSync(marker) && readFileSync(marker, "utf8") === sha256(text)) return
  const jdk = findJdk()
  if (jdk === undefined) {
    process.stderr.write("! No JDK 17 or newer was found: the Spark engine is left out here; everything else works.\n")
    return
  }
  await step("Spark's jars (Delta, S3A)", () => fetchJars(jdk, JSON.parse(text)))
  writeFileSync(marker, sha256(text))
}
