/** Parts from package-lock.json: each with the hash that npm checks when it installs. */
import { PackageURL } from "packageurl-js"
import type { Part } from "./document.ts"

interface Locked {
  readonly name?: string
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface PackageLock {
  readonly packages: Readonly<Record<string, Locked>>
}

/** The folder of a package in the lock: `node_modules/a/node_modules/@b/c`. */
const folder = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/

const nameIn = (path: string): string => folder.exec(path)?.[1] ?? path

/** Everything that the lock installs; what it installs at two places is one part. */
export const partsOfLock = (lock: PackageLock): ReadonlyArray<Part> => {
  const parts = new Map<string, Part>()
  for (const path of installed(lock)) {
    const part = partAt(lock, path)
    const known = parts.get(part.purl)
    // Needed to run by one path is needed to run.
    parts.set(part.purl, known === undefined || known.development === true ? part : known)
  }
  return [...parts.values()]
}

/** The parts whose files a bundler took, by the modules' paths relative to the workspace. */
export const partsOfModules = (lock: PackageLock, modules: ReadonlyArray<string>): ReadonlyArray<Part> => {
  const paths = new Set(modules.flatMap((id) => folder.exec(id)?.[0] ?? []))
  return [...paths].map((path) => ({ ...partAt(lock, path), development: false }))
}

const installed = ({ packages }: PackageLock) =>
  Object.entries(packages)
    .filter(([path, { link }]) => path.includes("node_modules/") && link !== true)
    .map(([path]) => path)

const partAt = (lock: PackageLock, path: string): Part => {
  const locked = lock.packages[path]
  if (locked?.version === undefined) throw new Error(`package-lock.json has no version of ${path}: run npm install.`)
  const name = locked.name ?? nameIn(path)
  const needs = { ...locked.peerDependencies, ...locked.optionalDependencies, ...locked.dependencies }
  return {
    purl: purlOf(name, locked.version),
    ...namesOf(name),
    version: locked.version,
    ...(locked.integrity === undefined ? {} : { hash: hashOf(locked.integrity) }),
    ...(locked.license === undefined ? {} : { licence: locked.license }),
    ...(locked.dev === true ? { development: true } : {}),
    needs: Object.keys(needs).flatMap((needed) => {
      const found = resolve(lock, path, needed)
      return found === undefined
        ? []
        : [purlOf(lock.packages[found]?.name ?? needed, lock.packages[found]?.version ?? "")]
    }),
  }
}

/** Where Node finds a package from inside another one. */
const resolve = (lock: PackageLock, from: string, name: string): string | undefined => {
  for (let at = from; ; at = at.slice(0, at.lastIndexOf("/node_modules/"))) {
    const nested = `${at}/node_modules/${name}`
    if (nested in lock.packages) return nested
    if (!at.includes("/node_modules/"))
      return `node_modules/${name}` in lock.packages ? `node_modules/${name}` : undefined
  }
}

const namesOf = (name: string): { readonly group?: string; readonly name: string } => {
  const [scope, own] = name.split("/")
  return own === undefined || scope === undefined ? { name } : { group: scope, name: own }
}

const purlOf = (name: string, version: string): string => {
  const { group, name: own } = namesOf(name)
  return new PackageURL("npm", group, own, version, undefined, undefined).toString()
}

const hashOf = (integrity: string): NonNullable<Part["hash"]> => {
  const [algorithm = "", base64 = ""] = integrity.split("-")
  const names = { sha512: "SHA-512", sha256: "SHA-256", sha1: "SHA-1" } as const
  if (!(algorithm in names)) throw new Error(`package-lock.json has a hash that is not known here: ${integrity}`)
  return { algorithm: names[algorithm as keyof typeof names], hex: Buffer.from(base64, "base64").toString("hex") }
}
