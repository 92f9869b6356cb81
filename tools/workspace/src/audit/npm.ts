/** npm's own audit of package-lock.json, by the registry that npm is set to. */
import { spawnSync } from "node:child_process"
import { type Finding, type Severity, severities } from "./judge.ts"
import { Unreached } from "./unreached.ts"

interface Advisory {
  readonly url: string
  readonly title: string
  readonly severity: string
  readonly name: string
}

interface Report {
  readonly message?: string
  readonly error?: unknown
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly nodes: ReadonlyArray<string>; readonly via: ReadonlyArray<Advisory | string> }>
  >
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>
}

export const auditNpm = (workspace: string, lock: Lock): ReadonlyArray<Finding> => {
  const { stdout } = spawnSync("npm", ["audit", "--json", "--package-lock-only"], {
    cwd: workspace,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  })
  return findingsOf(parsed(stdout), lock)
}

const parsed = (text: string): Report => {
  try {
    return JSON.parse(text) as Report
  } catch {
    throw new Unreached("npm audit gave no answer")
  }
}

/** The findings in npm's report; throws `Unreached` when it is an error instead. */
export const findingsOf = (report: Report, lock: Lock): ReadonlyArray<Finding> => {
  if (report.vulnerabilities === undefined) throw new Unreached(report.message ?? "npm audit gave no answer")
  return Object.entries(report.vulnerabilities).flatMap(([name, { nodes, via }]) =>
    via
      // A name alone says that it depends on something that is listed itself.
      .filter((one) => typeof one === "object")
      .map(({ severity, title, url }) => ({
        package: name,
        version: [...new Set(nodes.map((node) => lock.packages[node]?.version ?? "?"))].join(", "),
        ids: [url.slice(url.lastIndexOf("/") + 1)],
        severity: severities.includes(severity as Severity) ? (severity as Severity) : "unknown",
        title,
      })),
  )
}
