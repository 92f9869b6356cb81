/** Runs of the state machine as it is synthesized for a stage, over three files unless a test says otherwise. */
import { definitionText } from "../src/diagram/definition.ts"
import { type Answer, type Answers, type Machine, execute } from "./interpreter.ts"
import { templateOf } from "./fixture.ts"

export const template = templateOf({ stage: "dev" })
const machineOf = (from: unknown) => JSON.parse(definitionText(from)) as Machine
export const machine = machineOf(template)

export const runId = "20250301T060000000Z-0123456789ab"
export const input = {
  runId,
  eventTime: "2025-03-01T06:00:00.000Z",
  manifest: `s3://results/runs/${runId}/manifest.json`,
  fileCount: 3,
  plan: "s3://assets/abc/plan.json",
}

export const body = (document: unknown): Answer => ({ result: { Body: JSON.stringify(document), ETag: "e" } })
export const ok: Answer = { result: { Id: "jr_1", MessageId: "m" } }

export const reason = (code: string, rows: number, severity = "error", column: string | null = "quantity") => ({
  code,
  rule: code,
  severity,
  column,
  files: 1,
  rows,
})
export const verdicts = (valid: number, rejected: number, skipped: number, reasons: ReadonlyArray<unknown> = []) =>
  body({ runId, files: { total: valid + rejected + skipped, valid, rejected, skipped }, reasons })

const loaded = body({
  outcome: "loaded",
  rows: { in: 10, appended: 9, duplicates: 1, conflicts: 0, updated: 0 },
  datesTouched: 2,
  tables: [{ name: "sales", path: "curated/sales", version: 4, inserted: 9, updated: 0, deleted: 0, appended: 9 }],
})

export const answers = {
  ValidateShard: ok,
  ReadVerdicts: verdicts(3, 0, 0),
  NotifyPartlyRejected: ok,
  Load: ok,
  ReadLoad: loaded,
  NotifyConflicts: ok,
  NotifyFailure: ok,
} satisfies Record<string, Answer>

export const run = (changed: Readonly<Record<string, Answers>> = {}, on = machine, given: object = input) =>
  execute(on, given, { ...answers, ...changed })

export const glueFailure = (message: string): Answer => ({
  error: {
    Error: "States.TaskFailed",
    Cause: JSON.stringify({ Arguments: { a: "b" }, ErrorMessage: message, Id: "jr_7", JobRunState: "FAILED" }),
  },
})
