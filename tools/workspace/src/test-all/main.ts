/** `npm test`: every check and every test of the workspace, then one line of counts. */
import { spawn } from "node:child_process"
import { globSync, readFileSync, rmSync } from "node:fs"
import { availableParallelism } from "node:os"
import { add, closingLine, countReport, none } from "./reports.ts"

const checks = ["lint", "typecheck", "references", "boundaries", "unused", "check", "build", "synth"]
const suites = [
  "test",
  "e2e",
  "test-spark",
  "e2e-spark",
  "chaos",
  "test-generators",
  "test-bench",
  "test-engines",
  "fuzz",
]
// Nx begins with what most targets depend on, and else last with the longest suites, which then run alone. These targets do
// nothing but depend on them: the end-to-end suites have three of them, those of the jobs two.
const first = ["longest-suites", "long-suites"]
const measuring = ["test-scaling", "test-speed"]

const reports = () => globSync("{apps,libs,tools}/**/test-results/**/*.xml", { exclude: ["**/node_modules/**"] })
for (const stale of reports()) rmSync(stale)

const nx = (targets: ReadonlyArray<string>, parallel: number) =>
  new Promise<number>((resolve) => {
    const args = ["run-many", "-t", ...targets, `--parallel=${parallel}`, "--output-style=static", "--nxBail=false"]
    const child = spawn("nx", [...args, ...process.argv.slice(2)], { stdio: "inherit" })
    child.on("close", (code) => resolve(code ?? 1))
  })

// Many suites wait for servers and schedules half of their time: one more than there are processors keeps these busy.
// Each may take three gigabytes of memory, so that there are no more than five.
const busy = Math.min(4, Math.max(2, availableParallelism())) + 1

// Fast checks first; what measures runs alone. Never two at a time: what one run of Nx takes from its cache, it removes for
// a moment while another one reads it.
const failures = [await nx(checks, busy), await nx([...suites, ...first], busy), await nx(measuring, 1)].filter(
  (code) => code !== 0,
)

const counts = reports()
  .map((path) => countReport(readFileSync(path, "utf8")))
  .reduce(add, none)
process.stdout.write(failures.length === 0 ? "" : "Some checks failed: see above.\n")
process.stdout.write(`${closingLine(counts)}\n`)
process.exitCode = failures.length === 0 && counts.failed === 0 ? 0 : 1
