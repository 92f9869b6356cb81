/** What an audit found, beside what was decided about it. Pure: today is an argument. */
import { Schema } from "effect"

export const severities = ["low", "moderate", "high", "critical", "unknown"] as const
export type Severity = (typeof severities)[number]

/** A known vulnerability of something that a lock file pins. */
export interface Finding {
  readonly package: string
  readonly version: string
  /** All names of it: GHSA, CVE, PYSEC. */
  readonly ids: ReadonlyArray<string>
  readonly severity: Severity
  readonly title: string
}

const Day = Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/, { expected: "a day such as 2027-05-31" }))

/** A decision to live with vulnerabilities of one package for a while. */
const Exception = Schema.Struct({
  package: Schema.NonEmptyString,
  ids: Schema.NonEmptyArray(Schema.NonEmptyString),
  reason: Schema.NonEmptyString,
  /** The last day on which it holds: then somebody looks again. */
  until: Day,
})
export type Exception = typeof Exception.Type

export const Exceptions = Schema.Array(Exception)

/** The least severity that fails an audit; one that nobody has judged counts as severe. */
export const failing: ReadonlySet<Severity> = new Set(["high", "critical", "unknown"])

export interface Verdict {
  /** Sentences, the worst first. */
  readonly failures: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}

/** `today` as `2027-05-31`. An exception that nothing needed is told only when every source has answered. */
export const judge = (
  findings: ReadonlyArray<Finding>,
  exceptions: ReadonlyArray<Exception>,
  { complete, today }: { readonly today: string; readonly complete: boolean },
): Verdict => {
  const excepted = (finding: Finding) =>
    exceptions.filter((one) => one.package === finding.package && one.ids.some((id) => finding.ids.includes(id)))
  const failures: Array<string> = []
  const notes: Array<string> = []
  for (const finding of findings) {
    const known = excepted(finding)
    const valid = known.find(({ until }) => until >= today)
    if (valid !== undefined) notes.push(`${told(finding)} Accepted until ${valid.until}: ${valid.reason}`)
    else if (!failing.has(finding.severity)) notes.push(told(finding))
    else failures.push(`${told(finding)}${known[0] === undefined ? "" : ` Its exception ended on ${known[0].until}.`}`)
  }
  if (complete) {
    const used = new Set(findings.flatMap(excepted))
    for (const one of exceptions.filter((exception) => !used.has(exception))) {
      notes.push(`The exception for ${one.package} (${one.ids.join(", ")}) is needed no more: remove it.`)
    }
  }
  return { failures, notes }
}

const told = ({ ids, package: name, severity, title, version }: Finding): string =>
  `${name} ${version}: ${title} (${ids.join(", ")}; ${severity}).`
