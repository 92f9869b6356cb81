import { readFileSync } from "node:fs"
import { join } from "node:path"
import validate from "asl-validator"
import { assert, describe, it } from "vitest"
import { ExecutionInput, ExecutionOutput, Failure, notices } from "@pos/pipeline"
import { Schema } from "effect"
import { definitionOf } from "../src/diagram/definition.ts"
import { execute } from "./interpreter.ts"
import { answers, body, glueFailure, input, machine, reason, run, runId, template, verdicts } from "./runs.ts"

/** What that release's trigger started executions with. */
const earlierInputs: Readonly<Record<string, ExecutionInput>> = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../transformation-job/tests/upgrade/runs/executions.json"), "utf8"),
)

const conflicting = body({
  outcome: "nothing-new",
  rows: { in: 10, appended: 0, duplicates: 7, conflicts: 3, updated: 0 },
  datesTouched: 1,
  tables: [],
})

describe("the definition", () => {
  it("is valid Amazon States Language", () => {
    const { errorsText, isValid } = validate(machine)
    assert.isTrue(isValid, errorsText("\n"))
  })

  const { States } = definitionOf(template)
  // Within a Map it is the Map that catches.
  const tasks = Object.entries(States).flatMap(([name, state]) => [
    { name, state, Catch: state.Catch },
    ...Object.entries(state.ItemProcessor?.States ?? {}).map(([inner, step]) => ({
      name: inner,
      state: step,
      Catch: state.Catch,
    })),
  ])
  for (const { Catch, name, state } of tasks) {
    if (state.Type !== "Task") continue
    it(`${name} retries with back-off and jitter, has a time limit and catches everything`, () => {
      assert.isAbove(state.TimeoutSeconds ?? 0, 0)
      assert.deepStrictEqual(Catch?.at(-1)?.ErrorEquals, ["States.ALL"])
      const retriers = state.Retry?.filter(({ MaxAttempts }) => MaxAttempts !== 0) ?? []
      assert.isNotEmpty(retriers)
      for (const retrier of retriers) {
        assert.strictEqual(retrier.JitterStrategy, "FULL")
        assert.isAbove(retrier.BackoffRate ?? 1, 1)
      }
    })
  }

  it("validates no more shards at a time than the job may run", () => {
    const { MaxConcurrency } = definitionOf(template).States.Validate ?? {}
    const { Resources } = template as {
      Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>
    }
    const job = Object.values(Resources).find(
      ({ Properties, Type }) => Type === "AWS::Glue::Job" && Properties.Name === "pos-dev-validation",
    )
    assert.isAbove(MaxConcurrency ?? 0, 1)
    assert.deepStrictEqual(job?.Properties.ExecutionProperty, { MaxConcurrentRuns: MaxConcurrency })
  })

  it("waits for its turn for hours", () => {
    const [turn] = definitionOf(template).States.Load?.Retry ?? []
    assert.deepStrictEqual(turn?.ErrorEquals, [
      "Glue.ConcurrentRunsExceededException",
      "Glue.ResourceNumberLimitExceededException",
    ])
    assert.isAtLeast((turn?.MaxAttempts ?? 0) * (turn?.MaxDelaySeconds ?? 0), 8 * 3600)
  })
})

describe("a run ends", () => {
  it("Succeeded when rows were loaded, and says what was done", async () => {
    const { calls, output, path } = await run()
    assert.deepStrictEqual(path, [
      "Start",
      "Validate",
      "ValidateShard",
      "ReadVerdicts",
      "AnyValidFile",
      "Load",
      "ReadLoad",
      "AnyConflict",
      "AnythingLoaded",
      "Succeeded",
    ])
    const decoded = Schema.decodeUnknownSync(ExecutionOutput)(output)
    assert.strictEqual(decoded.outcome, "Succeeded")
    assert.strictEqual(decoded.rows?.appended, 9)
    assert.deepStrictEqual(
      decoded.tables?.map(({ name }) => name),
      ["sales"],
    )
    assert.deepStrictEqual(calls["ValidateShard[0]"]?.Arguments, {
      "--run_id": runId,
      "--run_plan": input.plan,
      "--manifest": input.manifest,
      "--shard": "0",
      "--shards": "1",
    })
    assert.deepInclude(calls.Load?.Arguments, { "--run_id": runId })
    assert.strictEqual(calls.ReadVerdicts?.Key, `runs/${runId}/validation/summary.json`)
    assert.strictEqual(calls.ReadLoad?.Key, `runs/${runId}/transformation/summary.json`)
  })

  it("validates every shard of a large manifest, each by a run of the job", async () => {
    const { calls, output, path } = await execute(machine, { ...input, shards: 3 }, answers)
    assert.deepStrictEqual(path.slice(1, 6), [
      "Validate",
      ...Array.from({ length: 3 }, () => "ValidateShard"),
      "ReadVerdicts",
    ])
    assert.deepStrictEqual(
      [0, 1, 2].map((shard) => calls[`ValidateShard[${shard}]`]?.Arguments),
      ["0", "1", "2"].map((shard) => ({
        "--run_id": runId,
        "--run_plan": input.plan,
        "--manifest": input.manifest,
        "--shard": shard,
        "--shards": "3",
      })),
    )
    assert.strictEqual(Schema.decodeUnknownSync(ExecutionOutput)(output).outcome, "Succeeded")
  })

  it("NothingNew when an earlier run dealt with every file", async () => {
    const { output, path } = await run({ ReadVerdicts: verdicts(0, 0, 3) })
    assert.notInclude(path, "Load")
    assert.strictEqual(Schema.decodeUnknownSync(ExecutionOutput)(output).outcome, "NothingNew")
  })

  it("NothingNew when every row stands in the tables already", async () => {
    const nothing = body({
      outcome: "nothing-new",
      rows: { in: 10, appended: 0, duplicates: 10, conflicts: 0, updated: 0 },
      datesTouched: 0,
      tables: [],
    })
    const decoded = Schema.decodeUnknownSync(ExecutionOutput)((await run({ ReadLoad: nothing })).output)
    assert.strictEqual(decoded.outcome, "NothingNew")
    assert.strictEqual(decoded.rows?.duplicates, 10)
  })

  it("after a notice of its own when rows were kept out, with counts and the next command", async () => {
    const { calls, output, path } = await run({ ReadLoad: conflicting })
    assert.deepStrictEqual(path.slice(-4), ["AnyConflict", "NotifyConflicts", "AnythingLoaded", "NothingNew"])
    assert.strictEqual(Schema.decodeUnknownSync(ExecutionOutput)(output).rows?.conflicts, 3)
    const notice = String(calls.NotifyConflicts?.Message)
    const decoded = Schema.decodeUnknownSync(notices.rowsKeptOut)(notice)
    assert.strictEqual(Schema.encodeSync(notices.rowsKeptOut)(decoded), notice)
    const { evidence, next } = decoded
    assert.isTrue(
      evidence.every((one) => /^[\w ,]+: (s3|https):\/\/\S+$/.test(one)),
      evidence.join("\n"),
    )
    assert.deepStrictEqual(next, {
      purpose: "to see both versions of each row",
      command: `npx pos runs ${runId} --stack pos-dev`,
    })
    assert.include(notice, "3 of 10 rows were kept out of the tables, because their ids are there already with other")
    assert.include(notice, "0 new, 7 there already")
    assert.include(notice, `/runs/${runId}/transformation/summary.json`)
    assert.include(notice, `npx pos runs ${runId} --stack pos-dev`)
    assert.isBelow(String(calls.NotifyConflicts?.Subject).length, 100)
  })

  it("as it would have when nobody can be told of rows that were kept out", async () => {
    const { path } = await run({
      ReadLoad: conflicting,
      NotifyConflicts: { error: { Error: "SNS.AuthorizationErrorException" } },
    })
    assert.deepStrictEqual(path.slice(-2), ["AnythingLoaded", "NothingNew"])
  })

  it("Succeeded after a notice when some files were rejected", async () => {
    const { calls, path } = await run({
      ReadVerdicts: verdicts(2, 1, 0, [
        reason("repeated_row", 9, "warning"),
        reason("not_an_integer", 2),
        reason("no_rows", 1, "error", null),
      ]),
    })
    assert.deepStrictEqual(path.slice(4, 7), ["AnyValidFile", "NotifyPartlyRejected", "Load"])
    assert.strictEqual(path.at(-1), "Succeeded")
    const notice = String(calls.NotifyPartlyRejected?.Message)
    const { next, said } = Schema.decodeUnknownSync(notices.filesRejected)(notice)
    assert.match(said[1] ?? "", /^Reasons: /)
    assert.strictEqual(next.command, `npx pos runs ${runId} --stack pos-dev`)
    assert.include(notice, "1 of 3 files")
    assert.include(notice, "not_an_integer in quantity (files: 1, rows: 2); no_rows (files: 1, rows: 1)")
    assert.notInclude(notice, "repeated_row")
    assert.include(notice, `npx pos runs ${runId} --stack pos-dev`)
  })

  it("Succeeded even when that notice cannot be sent", async () => {
    const { path } = await run({
      ReadVerdicts: verdicts(2, 1, 0),
      NotifyPartlyRejected: { error: { Error: "SNS.AuthorizationErrorException" } },
    })
    assert.strictEqual(path.at(-1), "Succeeded")
  })
})

describe("the dataset of a run", () => {
  const ofStores = { ...input, dataset: "stores" }

  it("stands in its output, and is the default one where the input names none", async () => {
    const datasets = await Promise.all(
      [input, ofStores].map(async (given) => {
        const { output } = await run({}, machine, given)
        return Schema.decodeUnknownSync(ExecutionOutput)(output).dataset
      }),
    )
    assert.deepStrictEqual(datasets, ["sales", "stores"])
  })

  // Messages wait in the queue, and executions in the state machine, while a deployment changes it.
  it.each(Object.entries(earlierInputs))(
    "is the default one for what release 7ab3b59 started: %s",
    async (_, given) => {
      const { calls, output } = await run({}, machine, Schema.decodeUnknownSync(ExecutionInput)(given))
      const ended = Schema.decodeUnknownSync(ExecutionOutput)(output)
      assert.deepStrictEqual([ended.outcome, ended.dataset, ended.runId], ["Succeeded", "sales", given.runId])
      const shards = Object.keys(calls).filter((name) => name.startsWith("ValidateShard["))
      assert.strictEqual(shards.length, given.shards)
      assert.deepInclude(calls["ValidateShard[0]"]?.Arguments, { "--manifest": given.manifest })
    },
  )

  it("goes to its end with the plan that it began with", async () => {
    const plan = "s3://assets/before/plan.json"
    const began = await run({}, machine, { ...ofStores, plan })
    for (const name of ["ValidateShard[0]", "Load"])
      assert.deepInclude(began.calls[name]?.Arguments, { "--run_plan": plan })
    // What an earlier release's trigger has started does not say: then it is the plan of the definition.
    const { plan: _plan, ...without } = ofStores
    const { calls } = await run({}, machine, without)
    const own = (calls["Load"]?.Arguments as Readonly<Record<string, unknown>> | undefined)?.["--run_plan"]
    assert.match(JSON.stringify(own), /\/plan\.json/)
    assert.deepInclude(calls["ValidateShard[0]"]?.Arguments, { "--run_plan": own })
  })

  it("stands in the failure, and people are told of it", async () => {
    const { calls, cause } = await run({ Load: glueFailure("no") }, machine, ofStores)
    assert.strictEqual(Schema.decodeUnknownSync(Schema.fromJsonString(Failure))(cause).dataset, "stores")
    assert.include(calls.NotifyFailure?.Subject, `run ${runId} of stores failed`)
    const { next, said } = Schema.decodeUnknownSync(notices.runFailed)(calls.NotifyFailure?.Message)
    assert.strictEqual(said[0], `Run ${runId} of stores failed.`)
    assert.match(next.command, new RegExp(`^npx pos runs ${runId}`))
  })

  it("is told with rejected files, and with rows that were kept out", async () => {
    const { calls } = await run({ ReadVerdicts: verdicts(2, 1, 0), ReadLoad: conflicting }, machine, ofStores)
    assert.match(String(calls.NotifyPartlyRejected?.Message), new RegExp(`^Run ${runId} of stores: 1 of 3 files`))
    assert.match(String(calls.NotifyConflicts?.Message), new RegExp(`^Run ${runId} of stores: 3 of 10 rows`))
  })

  it("leaves a subject within what SNS takes, however long its name is", async () => {
    const given = { ...input, dataset: "d".repeat(80) }
    const { calls } = await run({ Load: glueFailure("no"), ReadVerdicts: verdicts(2, 1, 0) }, machine, given)
    for (const call of [calls.NotifyFailure, calls.NotifyPartlyRejected]) {
      assert.strictEqual(String(call?.Subject).length, 99)
    }
  })
})
