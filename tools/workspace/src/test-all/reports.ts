/** How many tests ran, as the JUnit reports of vitest and pytest count them. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 }

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

const attribute = (tag: string, name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0)

/** Counts of one JUnit XML report: the sums over its `<testsuite>` elements. */
export const countReport = (xml: string): Counts =>
  [...xml.matchAll(/<testsuite\s[^>]*>/g)].reduce((sum, [tag]) => {
    const failed = attribute(tag, "failures") + attribute(tag, "errors")
    const skipped = attribute(tag, "skipped")
    return add(sum, { passed: attribute(tag, "tests") - failed - skipped, failed, skipped })
  }, none)

/** The closing line of `npm test`. */
export const closingLine = (counts: Counts): string =>
  `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
