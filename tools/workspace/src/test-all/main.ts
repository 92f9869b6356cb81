/** `npm test`: every check and every test of the workspace, then one line of counts. */
import { spawn } from "node:child_process"
import { globSync, readFileSync, rmSync } from "node:fs"
import { availableParallelism } from "node:os"
import { add, closingLine, countReport, none } from "./reports.ts"

const checks = ["lint", "typecheck", "references", "boundaries", "unused", "check", "build", "synth"]
// What several suites run on: once it is there, suites can begin side by side.
const artefacts = ["log-store", "build-shell", "sbom", "artefacts", "synth-shell", "synth-keyed", "synth-report"]
const measuring = ["test-scaling", "test-speed"]

const reports = () => globSync("{apps,libs,tools}/**/test-results/**/*.xml", { exclude: ["**/node_modules/**"] })
for (const stale of reports()) rmSync(stale)

const nx = (targets: ReadonlyArray<string>, parallel: number, ...projects: ReadonlyArray<string>) =>
  new Promise<number>((resolve) => {
    const args = ["run-many", "-t", ...targets, ...projects, `--parallel=${parallel}`]
    const always = ["--output-style=static", "--nxBail=false", ...process.argv.slice(2)]
    const child = spawn("nx", [...args, ...always], { stdio: "inherit" })
    child.on("close", (code) => resolve(code ?? 1))
  })

// Many suites wait for servers and schedules half of their time: more of them than there are processors keep these busy.
// Each may take three gigabytes of memory, so that there are no more than five.
const busy = Math.min(5, Math.max(4, availableParallelism() + 1))

// Nx starts last what few projects depend on: those are the longest suites, which then have the machine to themselves. So
// they begin at once, each kind in a run of its own, and the others beside them.
const suites = () =>
  Promise.all([
    nx(["test-spark"], 1),
    nx(["test", "e2e", "e2e-spark", "chaos"], 1, "--projects=cli"),
    nx(["test", "test-engines", "e2e", "test-generators", "test-bench", "fuzz"], busy - 2, "--exclude=cli"),
  ])

// Fast checks first; what measures runs alone.
const failures = [await nx([...checks, ...artefacts], busy), ...(await suites()), await nx(measuring, 1)].filter(
  (code) => code !== 0,
)

const counts = reports()
  .map((path) => countReport(readFileSync(path, "utf8")))
  .reduce(add, none)
process.stdout.write(failures.length === 0 ? "" : "Some checks failed: see above.\n")
process.stdout.write(`${closingLine(counts)}\n`)
process.exitCode = failures.length === 0 && counts.failed === 0 ? 0 : 1
