/**
 * `nx run workspace:sbom`: a bill of materials for each artefact, into tools/workspace/dist/sbom. Fails when one does not
 * keep CycloneDX's schema, or when a file of a bundle and its bill differ.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Artefact, bomOf, schemaErrors } from "./document.ts"
import { partsOfJarLock, partsOfJars, partsOfWheels } from "./files.ts"
import { type PackageLock, partsOfLock, partsOfModules } from "./npm.ts"

const workspace = resolve(import.meta.dirname, "../../../..")
const target = join(workspace, "tools/workspace/dist/sbom")
const version = "1.0.0"

const json = <A>(...path: ReadonlyArray<string>): A => JSON.parse(readFileSync(join(workspace, ...path), "utf8")) as A

interface Bundle {
  readonly wheels: ReadonlyArray<string>
  readonly own: ReadonlyArray<string>
  readonly jars: ReadonlyArray<string>
}

const bundle = (folder: string) => {
  const { jars, own, wheels } = json<Bundle>(folder, "bundle.json")
  const at = (names: ReadonlyArray<string>) => names.map((name) => join(workspace, folder, name))
  return { jars: at(jars), own: at(own), wheels: at(wheels) }
}

const job = (
  name: string,
  description: string,
  wheels: ReadonlyArray<string>,
  jars: ReadonlyArray<string> = [],
): Artefact => {
  const parts = [...partsOfWheels(workspace, wheels), ...partsOfJars(version, jars)]
  if (parts.length !== wheels.length + jars.length) throw new Error(`${name}: not every file has become a part`)
  return { name, version, description, parts }
}

const lock = json<PackageLock>("package-lock.json")
const validation = bundle("apps/validation-job/dist")
const onSpark = bundle("apps/transformation-job/dist")
const inShell = bundle("apps/transformation-job/dist-shell")

const artefacts: ReadonlyArray<Artefact> = [
  {
    name: "trigger",
    version,
    description: "The Lambda's bundle: every package of which it holds a module",
    parts: partsOfModules(lock, json<ReadonlyArray<string>>("apps/trigger/dist/modules.json")),
  },
  job("validation-job", "Glue Python Shell, Python 3.9", validation.wheels),
  job(
    "transformation-job-spark",
    "Glue 6.0 with Spark: what it brings beside what Glue has",
    onSpark.own,
    onSpark.jars,
  ),
  job("transformation-job-embedded", "Glue 6.0, the embedded engine on its driver", onSpark.wheels),
  job("transformation-job-shell", "Glue Python Shell, Python 3.9, the embedded engine", inShell.wheels),
  {
    name: "npm-workspace",
    version,
    description: "Everything that package-lock.json installs: the CLI, the CDK app, and the tools that build and test",
    parts: partsOfLock(lock),
  },
  {
    name: "spark-jars",
    version,
    description: "The jars that run Spark on a laptop as on Glue; Glue brings its own",
    parts: partsOfJarLock(json("tools/workspace/setup/spark-jars.json")),
  },
]

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
for (const artefact of artefacts) {
  const text = bomOf(artefact)
  const errors = await schemaErrors(text)
  if (errors !== undefined) throw new Error(`${artefact.name}: ${errors}`)
  writeFileSync(join(target, `${artefact.name}.cdx.json`), text)
  process.stdout.write(`${artefact.name}: ${artefact.parts.length} parts\n`)
}
