/** `pos validate`: what a supplier runs before sending. */
import { FileReports } from "@pos/runs/report"
import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { check } from "../checker/check.ts"
import { findDatasets, renderFound } from "../dataset/find.ts"
import { Unsuccessful } from "../errors.ts"
import { jsonAs } from "../output/json.ts"
import { renderReports } from "../report/files.ts"
import { readState } from "../local/state.ts"
import { otherContract } from "../target/contract.ts"
import { complain, findFiles } from "../workspace/files.ts"
import { openable, STDIN } from "../workspace/openable.ts"
import { readPlan } from "../workspace/plan.ts"
import { readWords, remediesOf } from "@pos/runs/words"
import * as flags from "./flags.ts"

export const validate = Command.make(
  "validate",
  {
    paths: Argument.String("path").pipe(
      Argument.withDescription(
        "Files, or folders of files: CSV, JSON lines, Parquet, each also gzipped; - reads standard input",
      ),
      Argument.atLeast(1),
    ),
    dataset: flags.dataset,
    prefix: Flag.String("prefix").pipe(
      Flag.withMetavar("PREFIX"),
      Flag.withDescription(
        "Check as if the files were sent below this prefix: what is declared for its sender is accepted",
      ),
      Flag.optional,
    ),
    json: flags.json,
    plan: Flag.String("plan").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription(
        "Check against this plan.json (its words.json beside it) instead of the workspace's contract",
      ),
      Flag.optional,
    ),
  },
  Effect.fn(function* ({ paths, dataset, prefix, json, plan: given }) {
    const named = paths.filter((path) => path !== STDIN)
    const found = named.length === 0 ? { files: [], leftOut: [] } : yield* findFiles(named)
    const stdin = paths.includes(STDIN) ? [{ path: STDIN, name: STDIN, size: 0 }] : []
    const files = [...found.files, ...stdin]
    const { path, plan } = yield* readPlan(Option.getOrUndefined(given))
    const deployed = Option.isNone(given) ? (yield* readState())?.deployed : undefined
    const local = { name: "the local AWS of this folder", local: true }
    const note = deployed === undefined ? undefined : otherContract(plan, deployed.outputs, local)
    if (note !== undefined) yield* Console.error(note)
    const opened = yield* openable(files)
    const of = yield* findDatasets(plan, files, Option.getOrUndefined(dataset), (_, at) => opened[at] ?? "")
    const reports = yield* check({
      files: of.map(({ dataset, file }, at) => ({ dataset, name: file.path, path: opened[at] ?? file.path })),
      plan: path,
      prefix: Option.getOrElse(prefix, () => ""),
    })
    if (json) yield* Console.log(yield* jsonAs(FileReports, reports))
    else {
      const remedies = remediesOf(yield* readWords(path), plan)
      yield* Console.log([...renderFound(of), ...renderReports(reports, remedies)].join("\n"))
    }
    yield* complain(found.leftOut)
    if (reports.some(({ verdict }) => verdict === "rejected")) return yield* new Unsuccessful()
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Check files against the contract, on this machine and without sending anything. " +
      "Exit code 0: all are valid; 1: at least one would be rejected; 2: the check itself was not possible.",
  ),
  Command.withShortDescription("Check files against the contract, offline"),
  Command.withExamples([
    { command: "pos validate till-2017-01-01.csv", description: "Check one file and read why it would be rejected" },
    { command: "pos validate totals.csv --dataset declared_totals", description: "Check it as a file of this dataset" },
    {
      command: "pos validate export.csv --prefix incoming/acme/",
      description: "Check it with the forms that are declared for acme",
    },
    { command: "pos validate - < till.csv", description: "Check what comes through a pipe" },
    { command: "pos validate exports/ --json", description: "Check a folder and print the verdicts for a script" },
  ]),
)
