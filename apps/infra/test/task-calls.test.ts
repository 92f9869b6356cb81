/** What the state machine's tasks send, evaluated on runs that go every way, against the services' models. */
import { assert, describe, it } from "vitest"
import { definitionOf, definitionText } from "../src/diagram/definition.ts"
import { type Answer, type Machine, execute } from "./interpreter.ts"
import { refusalsOf } from "./models.ts"
import { templateOf } from "./fixture.ts"

const template = templateOf({ stage: "sixteen-letters-" })
const machine = JSON.parse(definitionText(template)) as Machine

const runId = "20250301T060000000Z-0123456789ab"
const input = {
  runId,
  eventTime: "2025-03-01T06:00:00.000Z",
  manifest: `s3://${"b".repeat(63)}/runs/${runId}/manifest.json`,
  fileCount: 3,
  shards: 3,
}
const body = (document: unknown): Answer => ({ result: { Body: JSON.stringify(document) } })
const done: Answer = { result: { Id: "jr_1", MessageId: "m" } }
const rows = { in: 10, appended: 6, duplicates: 1, conflicts: 3, updated: 0 }
const answers: Readonly<Record<string, Answer>> = {
  ValidateShard: done,
  ReadVerdicts: body({ runId, files: { total: 3, valid: 2, rejected: 1, skipped: 0 }, reasons: [] }),
  NotifyPartlyRejected: done,
  Load: done,
  ReadLoad: body({ outcome: "loaded", rows, datesTouched: 2, tables: [] }),
  NotifyConflicts: done,
  NotifyFailure: done,
}
const failed: Answer = {
  error: { Error: "States.TaskFailed", Cause: JSON.stringify({ ErrorMessage: "gone", Id: "jr_7" }) },
}

interface TaskState {
  readonly Type: string
  readonly Resource?: string
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, TaskState>> }
}

/** Every task of the definition, also within a Map, with the resource that it calls. */
const tasks = (states: Readonly<Record<string, TaskState>>): ReadonlyArray<readonly [string, string]> =>
  Object.entries(states).flatMap(([name, state]) => [
    ...(state.Type === "Task" ? [[name, state.Resource ?? ""] as const] : []),
    ...tasks(state.ItemProcessor?.States ?? {}),
  ])

const all = new Map(tasks(definitionOf(template).States))

/** `arn:aws:states:::aws-sdk:s3:getObject` and `…:::glue:startJobRun.sync` as a service and its operation. */
const called = (resource: string) => {
  const [, service = "", operation = ""] = /:::(?:aws-sdk:)?(\w+):(\w+)(?:\.sync)?$/.exec(resource) ?? []
  return { service: service === "sfn" ? "stepfunctions" : service, operation }
}

const callsOf = async (changed: Readonly<Record<string, Answer>> = {}) => {
  const { calls } = await execute(machine, input, { ...answers, ...changed })
  return Object.entries(calls).map(([label, params]) => ({ task: label.replace(/\[\d+\]$/, ""), params }))
}

describe("what the tasks send", () => {
  it("is what the services' models take, for every task there is", async () => {
    const sent = [...(await callsOf()), ...(await callsOf({ Load: failed }))]
    assert.sameMembers([...new Set(sent.map(({ task }) => task))], [...all.keys()])
    const calls = sent.map(({ params, task }) => ({ ...called(all.get(task) ?? ""), params }))
    const refused = refusalsOf(calls).flatMap((problems, at) => problems.map((one) => `${sent[at]?.task}: ${one}`))
    assert.deepStrictEqual(refused, [])
  })

  it("would be refused if it were misspelt, too long or of another type", () => {
    const told = refusalsOf([
      { service: "glue", operation: "startJobRun", params: { JobName: "j", Argument: {} } },
      { service: "glue", operation: "startJobRun", params: { JobName: "j".repeat(256), Arguments: { a: 1 } } },
      { service: "sns", operation: "publish", params: { Subject: "s" } },
      { service: "s3", operation: "getObjects", params: {} },
    ])
    assert.deepStrictEqual(told, [
      ["argument: StartJobRunRequest has no such member"],
      [
        "jobName: Member must have length less than or equal to 255",
        "arguments.a: a int stands where a string belongs",
      ],
      ["message: Member must not be null"],
      ["s3 has no operation GetObjects"],
    ])
  })
})
