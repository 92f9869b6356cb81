/** What the Python and jar locks pin. */
import { PackageURL } from "packageurl-js"
import type { Pinned } from "./osv.ts"

/** Every `name==version` of a lock, whatever Python or machine its marker is about. */
export const pinnedBy = (requirements: string): ReadonlyArray<Pinned> =>
  [...requirements.matchAll(/^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)/gm)].map(
    ([, name = "", version = ""]) => ({
      name: name.replace(/[-_.]+/g, "-").toLowerCase(),
      version,
      purl: new PackageURL(
        "pypi",
        undefined,
        name.replace(/[-_.]+/g, "-").toLowerCase(),
        version,
        undefined,
        undefined,
      ).toString(),
    }),
  )

interface LockedJar {
  readonly group: string
  readonly name: string
  readonly version: string
}

export const pinnedJars = (jars: ReadonlyArray<LockedJar>): ReadonlyArray<Pinned> =>
  jars.map(({ group, name, version }) => ({
    name: `${group}:${name}`,
    version,
    purl: new PackageURL("maven", group, name, version, undefined, undefined).toString(),
  }))

/** Each thing once, in a fixed order. */
export const distinct = (pinned: ReadonlyArray<Pinned>): ReadonlyArray<Pinned> =>
  [...new Map(pinned.map((one) => [one.purl, one])).values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1))
