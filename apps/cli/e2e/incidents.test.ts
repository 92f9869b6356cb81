/**
 * What goes wrong beside the files, and who is told: each kind of message reaches somebody who has subscribed to the topic,
 * past the policies of the topic and its key. docs/operations.md lists the kinds, and which test shows which.
 */
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { type RunOverview, RunReport } from "@pos/runs/report"
import { authorization, options, type Running, running } from "./aws.ts"
import { inOneBatch } from "./batches.ts"
import { csv, row, write } from "./files.ts"
import { type Subscriber, subscribe } from "./notifications.ts"
import { makePos, randomPort } from "./pos.ts"
import { day } from "./sales.ts"

const pos = makePos({ POS_LOCAL_AWS_FAULTS: "1" })
const files = mkdtempSync(join(tmpdir(), "pos-e2e-incidents-"))
const decodeRun = Schema.decodeUnknownSync(RunReport)
let local: Running
let people: Subscriber

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  local = await running(pos)
  people = await subscribe(local)
}, 120_000)

afterAll(async () => {
  people.close()
  rmSync(files, { recursive: true, force: true })
  await pos.dispose()
}, 60_000)

/** The next runs of a job are refused by Glue, with this message. */
const refuse = (job: string, times: number, message: string) =>
  fetch(`${local.endpoint}/_pos/faults`, {
    method: "POST",
    body: JSON.stringify({ glueRuns: { job: local.outputs[job], times, message } }),
  })

const refused = async () => (await (await fetch(`${local.endpoint}/_pos/faults`)).json()) as Record<string, number>

const start = async (name: string, input: object): Promise<string> => {
  const { executionArn = "" } = await new SFNClient(options(local.endpoint)).send(
    new StartExecutionCommand({
      stateMachineArn: local.outputs["StateMachineArn"],
      name,
      input: JSON.stringify(input),
    }),
  )
  return executionArn
}

const good = csv(day(0, 30).map(row))

describe("a run for which Glue has no capacity", { timeout: 300_000 }, () => {
  for (const [job, message, number] of [
    ["ValidationJobName", "Exceeded maximum concurrent compute capacity", 1],
    ["TransformationJobName", "Resource unavailable", 2],
  ] as const) {
    it(`waits, asks again and goes through: ${message}`, async () => {
      // One more than the single retry that every failed run gets.
      await refuse(job, 3, message)
      const path = write(files, `patient-${number}.csv`, csv(day(number, 20).map(row)))
      const run = decodeRun(await pos.json(0, "ingest", path))
      assert.deepStrictEqual([run.status, run.rows?.appended], ["SUCCEEDED", 20])
      assert.strictEqual((await refused())["glueRuns"], 3)
    })
  }
})

describe("people are told", { timeout: 180_000 }, () => {
  it("of rejected files, while the good ones are loaded", async () => {
    const run = decodeRun(
      await inOneBatch(local, 2, () =>
        pos.json(0, "ingest", write(files, "mixed/good.csv", good), write(files, "mixed/bad.csv", "no,header\n1,2\n")),
      ),
    )
    assert.strictEqual(run.status, "SUCCEEDED")
    assert.include(await people.told(/files were rejected/), `Run ${run.runId} of sales: 1 of 2 files were rejected`)
  })

  it("of a run that failed, with its reason and the next command", async () => {
    // Nothing tells whose file it is.
    const bad = write(files, "bad.csv", "no,header\n3,4\n")
    const run = decodeRun(await pos.json(1, "ingest", "--dataset", "sales", bad))
    const message = await people.told(/ failed\./)
    assert.include(message, `Run ${run.runId} of sales failed.\nNo file is valid, 1 rejected`)
    assert.include(message, `Next: npx pos runs ${run.runId}`)
  })

  it("of a run that somebody aborted", async () => {
    const executionArn = await start("aborted-by-hand", {
      runId: "20250301T060000000Z-0123456789ab",
      eventTime: "2025-03-01T06:00:00.000Z",
      manifest: "s3://nowhere/manifest.json",
      fileCount: 1,
    })
    await new SFNClient(options(local.endpoint)).send(new StopExecutionCommand({ executionArn }))
    const message = await people.told(/ABORTED/)
    assert.include(message, "run aborted-by-hand ended ABORTED without a word of its own")
    assert.include(message, `Evidence: ${executionArn}`)
  })

  it("of an execution whose input is no run's", async () => {
    await start("no-run", {})
    assert.include(await people.told(/no-run/), "run no-run ended FAILED without a word of its own")
  })

  it("of an alarm", async () => {
    const answer = await fetch(local.endpoint, {
      method: "POST",
      headers: { authorization: authorization("monitoring"), "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        Action: "SetAlarmState",
        Version: "2010-08-01",
        AlarmName: "pos-local-DeadLetters",
        StateValue: "ALARM",
        StateReason: "This is a test",
      }),
    })
    assert.isTrue(answer.ok, await answer.text())
    const { AlarmDescription, NewStateReason } = JSON.parse(await people.told(/DeadLetters/)) as Record<string, string>
    assert.strictEqual(NewStateReason, "This is a test")
    assert.match(AlarmDescription ?? "", /docs\/operations\.md#deadletters$/)
  })
})

interface Listed {
  readonly announced: boolean
  readonly files: ReadonlyArray<{ readonly key: string; readonly versionId: string; readonly size: number }>
}

const runIds = async () => new Set((await pos.json<ReadonlyArray<RunOverview>>(0, "runs")).map(({ runId }) => runId))

const waiting = async (...args: ReadonlyArray<string>) =>
  (await pos.json<Listed>(0, "announce", "incoming/", ...args)).files.length

const HOUR = 3_600_000
/** A time as --since and --until take it. */
const minuteAt = (millis: number) => `${new Date(millis).toISOString().slice(0, 16)}Z`

describe("a file that waits in the source bucket", { timeout: 180_000 }, () => {
  it("is shown, and announced alone when its key is said, without being copied", async () => {
    const all = await pos.json<Listed>(0, "announce", "incoming/")
    assert.isFalse(all.announced)
    // It had a run together with another file. One that had a run by itself has it again only if S3 lists another moment for
    // it than its event told: the same versions at the same time are the same run.
    const [file] = all.files.filter(({ key }) => key.endsWith("/good.csv"))
    assert.isAbove(all.files.length, 1)
    assert.isDefined(file)

    const before = await runIds()
    assert.deepStrictEqual((await pos.json<Listed>(0, "announce", file!.key, "--apply")).files, [file])
    let found: RunReport | undefined
    for (const deadline = Date.now() + 60_000; found === undefined && Date.now() < deadline; await setTimeout(500)) {
      const [runId] = [...(await runIds())].filter((one) => !before.has(one))
      const report = runId === undefined ? undefined : decodeRun(await pos.json(0, "runs", runId))
      if (report?.status === "SUCCEEDED") found = report
    }
    assert.deepStrictEqual([found?.outcome, found?.files.map(({ key }) => key)], ["nothing-new", [file!.key]])
    assert.deepStrictEqual((await pos.json<Listed>(0, "announce", file!.key)).files, [file])
  })

  it("is found by the day on which it came, and not outside of it", async () => {
    const [past, future] = [minuteAt(Date.now() - HOUR), minuteAt(Date.now() + HOUR)]
    assert.isAbove(await waiting("--since", past, "--until", future), 0)
    assert.strictEqual(await waiting("--since", future), 0)
    assert.strictEqual(await waiting("--until", past), 0)
  })

  it("must lie where files come in", async () => {
    const { code, err } = await pos.run("announce", "archive/", "--apply")
    assert.strictEqual(code, 2)
    assert.include(err, "archive/ is not where files come in: only what lies under incoming/ starts a run.")
  })
})
