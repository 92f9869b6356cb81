/**
 * `nx run workspace:sbom`: a bill of materials for each artefact, into tools/workspace/dist/sbom. Fails when one does not
 * keep CycloneDX's schema, or when a file of a bundle and its bill differ.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Artefact, bomOf, type Part, schemaErrors } from "./document.ts"
import { type Original, partsOfJarLock, partsOfJars, partsOfWheels } from "./files.ts"
import { type PackageLock, partsOfLock, partsOfModules } from "./npm.ts"

const workspace = resolve(import.meta.dirname, "../../../..")
const target = join(workspace, "tools/workspace/dist/sbom")
const version = "1.0.0"

const json = <A>(...path: ReadonlyArray<string>): A => JSON.parse(readFileSync(join(workspace, ...path), "utf8")) as A

interface Bundle {
  readonly wheels: ReadonlyArray<string>
  readonly own: ReadonlyArray<string>
  readonly originals: ReadonlyArray<Original>
  readonly jars: ReadonlyArray<string>
}

const bundle = (folder: string) => {
  const { jars, originals, own, wheels } = json<Bundle>(folder, "bundle.json")
  const at = (names: ReadonlyArray<string>) => names.map((name) => join(workspace, folder, name))
  return { jars: at(jars), originals, own: at(own), wheels: at(wheels) }
}

const job = (
  name: string,
  description: string,
  { jars = [], originals, wheels }: Partial<Bundle> & Pick<Bundle, "wheels" | "originals">,
): Artefact => {
  const parts = [...partsOfWheels(workspace, wheels, originals), ...partsOfJars(version, jars)]
  const own = wheels.length - new Set(originals.map(({ wheel }) => wheel)).size
  if (parts.length !== own + originals.length + jars.length)
    throw new Error(`${name}: not every file has become a part`)
  return { name, version, description, parts }
}

interface Extension {
  readonly name: string
  readonly version: string
  readonly sha256: string
}

/** DuckDB's extensions come as Python packages; the hash is that of the extension's file in the folder. */
const partOfExtension = ({ name, sha256, version: itsVersion }: Extension): Part => ({
  purl: `pkg:pypi/duckdb-extension-${name}@${itsVersion}`,
  name: `duckdb-extension-${name}`,
  version: itsVersion,
  hash: { algorithm: "SHA-256", hex: sha256 },
  licence: "MIT",
  needs: [],
})

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
  {
    name: "reporter",
    version,
    description:
      "The report Lambda's folder: every package of which it holds a module or a library, and DuckDB's extensions",
    parts: [
      ...partsOfModules(lock, json<ReadonlyArray<string>>("apps/reporter/dist/modules.json")),
      ...json<ReadonlyArray<Extension>>("apps/reporter/dist/extensions.json").map(partOfExtension),
    ],
  },
  job("validation-job", "Glue Python Shell, Python 3.9", {
    wheels: validation.wheels,
    originals: validation.originals,
  }),
  job("transformation-job-spark", "Glue 6.0 with Spark: what it brings beside what Glue has", {
    wheels: onSpark.own,
    originals: [],
    jars: onSpark.jars,
  }),
  job("transformation-job-embedded", "Glue 6.0, the embedded engine on its driver", {
    wheels: onSpark.wheels,
    originals: onSpark.originals,
  }),
  job("transformation-job-shell", "Glue Python Shell, Python 3.9, the embedded engine", {
    wheels: inShell.wheels,
    originals: inShell.originals,
  }),
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
