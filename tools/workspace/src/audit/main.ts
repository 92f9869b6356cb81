/**
 * `nx run workspace:audit`: known vulnerabilities of everything that the lock files pin. npm packages by npm's own audit,
 * Python packages and jars by osv.dev (`POS_OSV_URL`: a mirror of it).
 *
 * A source that does not answer is told in a sentence; with `--strict`, as in CI, it fails the audit.
 */
import { Schema } from "effect"
import { globSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Exceptions, type Finding, judge } from "./judge.ts"
import { distinct, pinnedBy, pinnedJars } from "./locks.ts"
import { auditNpm } from "./npm.ts"
import { auditOsv } from "./osv.ts"
import { Unreached } from "./unreached.ts"

const workspace = resolve(import.meta.dirname, "../../../..")
const tool = join(workspace, "tools/workspace")
const read = (path: string) => readFileSync(join(workspace, path), "utf8")
const strict = process.argv.includes("--strict")

const exceptions = Schema.decodeUnknownSync(Schema.fromJsonString(Exceptions))(
  readFileSync(join(tool, "audit-exceptions.json"), "utf8"),
)
const locks = globSync(["tools/workspace/python/*.txt", "apps/*/requirements*.txt"], { cwd: workspace }).toSorted()
const pinned = distinct([
  ...locks.flatMap((path) => pinnedBy(read(path))),
  ...pinnedJars(JSON.parse(read("tools/workspace/setup/spark-jars.json"))),
])

const sources: Readonly<Record<string, () => ReadonlyArray<Finding> | Promise<ReadonlyArray<Finding>>>> = {
  "npm packages": () => auditNpm(workspace, JSON.parse(read("package-lock.json"))),
  "Python packages and jars": () => auditOsv(process.env["POS_OSV_URL"] ?? "https://api.osv.dev", pinned),
}

const findings: Array<Finding> = []
const unreached: Array<string> = []
for (const [what, ask] of Object.entries(sources)) {
  try {
    findings.push(...(await ask()))
  } catch (error) {
    if (!(error instanceof Unreached)) throw error
    unreached.push(`Not checked: ${what}. The advisories could not be reached: ${error.message}.`)
  }
}

const complete = unreached.length === 0
const { failures, notes } = judge(findings, exceptions, { today: new Date().toISOString().slice(0, 10), complete })
for (const line of [...notes, ...unreached, ...failures]) process.stdout.write(`${line}\n`)
process.stdout.write(
  `${failures.length} to mend, ${notes.length} to know of${complete ? "" : `, ${unreached.length} of ${Object.keys(sources).length} sources not reached`}.\n`,
)
process.exitCode = failures.length > 0 || (strict && !complete) ? 1 : 0
