/** Parts that are files of an artefact, or were: wheels and jars, each with the hash of the file as it was published. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { PackageURL } from "packageurl-js"
import type { Part } from "./document.ts"

interface Metadata {
  readonly wheel: string
  readonly name: string
  readonly version: string
  readonly expression: string | null
  readonly licence: string | null
  readonly classifiers: ReadonlyArray<string>
  readonly needs: ReadonlyArray<string>
}

const sha256 = (path: string) =>
  ({ algorithm: "SHA-256", hex: createHash("sha256").update(readFileSync(path)).digest("hex") }) as const

/** A wheel as an index has it, of which a wheel of a bundle was made. */
export interface Original {
  /** The bundle's wheel, relative to the bundle. */
  readonly wheel: string
  readonly name: string
  readonly sha256: string
}

/**
 * The parts that these wheels are, by the hashes of their originals; a wheel that was built here is its own. `workspace`
 * is where the Python environments lie.
 */
export const partsOfWheels = (
  workspace: string,
  wheels: ReadonlyArray<string>,
  originals: ReadonlyArray<Original>,
): ReadonlyArray<Part> => {
  const script = join(import.meta.dirname, "../../python/wheel_metadata.py")
  const said = execFileSync(join(workspace, ".venv/bootstrap/bin/python"), [script, ...wheels], { encoding: "utf8" })
  const all = JSON.parse(said) as ReadonlyArray<Metadata>
  const purls = new Map(all.map(({ name, version }) => [name, pypi(name, version)]))
  const published = new Map(originals.map(({ name, sha256: hex }) => [packageOf(name), hex]))
  return all.map((one) => {
    const licence = licenceOf(one)
    const hex = published.get(`${one.name} ${one.version}`)
    return {
      purl: pypi(one.name, one.version),
      name: one.name,
      version: one.version,
      hash: hex === undefined ? sha256(one.wheel) : { algorithm: "SHA-256", hex },
      ...(licence === undefined ? {} : { licence }),
      needs: one.needs.flatMap((name) => purls.get(name) ?? []),
    }
  })
}

/** `python_dateutil-2.9.0-py3-none-any.whl` → `python-dateutil 2.9.0` */
const packageOf = (wheel: string): string => {
  const [name = "", version = ""] = wheel.split("-")
  return `${name.replaceAll(/[-_.]+/g, "-").toLowerCase()} ${version}`
}

const pypi = (name: string, version: string) =>
  new PackageURL("pypi", undefined, name, version, undefined, undefined).toString()

/** What a wheel says by a field that is meant to be read by programs, before what it says in prose. */
const licenceOf = ({ classifiers, expression, licence }: Metadata): string | undefined => {
  const short = licence?.split("\n")[0]?.trim()
  return expression ?? (short !== undefined && short !== "" && short.length < 60 ? short : classifiers[0])
}

/** Jars of this workspace, without a version of their own. */
export const partsOfJars = (version: string, jars: ReadonlyArray<string>): ReadonlyArray<Part> =>
  jars.map((path) => {
    const name = basename(path, ".jar")
    return {
      purl: new PackageURL("generic", "pos", name, version, undefined, undefined).toString(),
      name,
      version,
      hash: sha256(path),
      needs: [],
    }
  })

interface LockedJar {
  readonly group: string
  readonly name: string
  readonly version: string
  readonly sha256: string
}

/** The jars that the set-up fetches beside Spark, from their lock. */
export const partsOfJarLock = (jars: ReadonlyArray<LockedJar>): ReadonlyArray<Part> =>
  jars.map(({ group, name, sha256: hex, version }) => ({
    purl: new PackageURL("maven", group, name, version, undefined, undefined).toString(),
    group,
    name,
    version,
    hash: { algorithm: "SHA-256", hex },
    needs: [],
  }))
