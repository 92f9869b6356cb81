/** Semantic versions of contracts: `1.4.0`, without labels. Imports nothing: the generators run it as it is. */

/** What a change asks of the version, the least first. */
export const RELEASES = ["patch", "minor", "major"] as const
export type Release = (typeof RELEASES)[number]

type Parts = readonly [major: number, minor: number, patch: number]

const VERSION = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/

const partsOf = (version: string): Parts | undefined => {
  const found = VERSION.exec(version)
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])]
}

export const isVersion = (version: string): boolean => partsOf(version) !== undefined

/** Below 0, 0 or above, as one version is older than, the same as or newer than the other; both must be versions. */
export const compareVersions = (one: string, other: string): number => {
  const [a, b] = [partsOf(one) ?? [0, 0, 0], partsOf(other) ?? [0, 0, 0]]
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

/** The more of two. */
export const larger = (one: Release, other: Release): Release =>
  RELEASES.indexOf(one) >= RELEASES.indexOf(other) ? one : other

/**
 * The least version that a release may have after `version`. Before 1.0.0 nothing is promised yet: what would be major is
 * minor there, and what would be minor is a patch.
 */
export const nextVersion = (version: string, release: Release): string => {
  const [major, minor, patch] = partsOf(version) ?? [0, 0, 0]
  const step = major > 0 ? release : release === "major" ? "minor" : "patch"
  switch (step) {
    case "major":
      return `${major + 1}.0.0`
    case "minor":
      return `${major}.${minor + 1}.0`
    case "patch":
      return `${major}.${minor}.${patch + 1}`
  }
}

/**
 * The version that a contract must change to for a release of that kind; `undefined` where the one that it states will do,
 * or where one of the two is no version.
 */
export const requiredVersion = (released: string, today: string, release: Release): string | undefined => {
  if (!isVersion(released) || !isVersion(today)) return undefined
  const least = nextVersion(released, release)
  return compareVersions(today, least) >= 0 ? undefined : least
}
