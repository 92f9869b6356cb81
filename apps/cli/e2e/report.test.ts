/**
 * A stage that writes the page of a day after each load, as `report=true` deploys it: a Lambda of its own, called by a rule
 * when an execution has ended well, with the rights of its role.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { RunReport } from "@pos/runs/report"
import { authorization, keysUnder, redeploy, type Running, running, textOf } from "./aws.ts"
import { csv, row, write } from "./files.ts"
import { type Subscriber, subscribe } from "./notifications.ts"
import { makePos, randomPort } from "./pos.ts"
import { areTheCallsOnRecord } from "./recorded-calls.ts"
import { without } from "./rights.ts"
import { day, type Line } from "./sales.ts"

const pos = makePos()
const files = mkdtempSync(join(tmpdir(), "pos-e2e-report-"))
let local: Running
let people: Subscriber

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  await redeploy(pos, "cdk.out.report")
  local = await running(pos)
  people = await subscribe(local)
}, 240_000)

afterAll(async () => {
  people.close()
  rmSync(files, { recursive: true, force: true })
  await pos.dispose()
}, 60_000)

const decodeRun = Schema.decodeUnknownSync(RunReport)
const ingest = async (code: number, name: string, sales: ReadonlyArray<Line>) =>
  decodeRun(await pos.json(code, "ingest", write(files, name, csv(sales.map(row)))))

const DATA = /<script type="application\/json" id="data">(.*?)<\/script>/s

interface Answered {
  readonly date: string
  readonly answers: Readonly<Record<string, unknown>>
}
const answered = (html: string): Answered => JSON.parse(DATA.exec(html)?.[1] ?? "null") as Answered

const datesOf = (sales: ReadonlyArray<Line>) => [
  ...new Set(sales.map(({ timestamp }) => new Date(timestamp * 1000).toISOString().slice(0, 10))),
]

const reports = () => keysUnder(local, "ResultsBucketName", "reports/")
const report = async (name: string) => {
  const key = `reports/${name}.html`
  return (await reports()).includes(key) ? answered(await textOf(local, "ResultsBucketName", key)) : undefined
}

/** The report once it says so; a report comes after the load that it is of. */
const reportWith = async (name: string, says: (found: Answered) => boolean): Promise<Answered> => {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await setTimeout(300)) {
    const found = await report(name)
    if (found !== undefined && says(found)) return found
  }
  throw new Error(`reports/${name}.html does not say it; there are ${(await reports()).join(", ")}`)
}

const runsIn = ({ answers }: Answered) =>
  (answers["/api/runs"] as ReadonlyArray<{ readonly runId: string; readonly status: string }>).map(
    ({ runId, status }) => `${runId} ${status}`,
  )
const kpisIn = ({ answers }: Answered) =>
  Object.fromEntries(Object.entries(answers).filter(([path]) => path.startsWith("/api/kpis/")))

const call = async (payload: object) => {
  const answer = await fetch(`${local.endpoint}/2015-03-31/functions/pos-local-report/invocations`, {
    method: "POST",
    headers: { authorization: authorization("lambda"), "user-agent": "local-aws-test" },
    body: JSON.stringify(payload),
  })
  return { failed: answer.headers.has("x-amz-function-error"), said: await answer.text() }
}

describe("after a load", { timeout: 300_000 }, () => {
  it("the newest day's report lies in the results bucket, and has the figures that pos report has", async () => {
    const bad = decodeRun(
      await pos.json(1, "ingest", "--dataset", "sales", write(files, "bad.csv", "no,header\n1,2\n")),
    )
    assert.strictEqual(bad.status, "FAILED")
    assert.isEmpty(await reports())
    const run = await ingest(0, "new.csv", day(10, 60))
    const found = await reportWith("latest", (one) => runsIn(one).includes(`${run.runId} SUCCEEDED`))
    // The runs that went otherwise are told, too.
    assert.include(runsIn(found), `${bad.runId} FAILED`)
    assert.deepStrictEqual(answered(await textOf(local, "ResultsBucketName", `reports/${found.date}.html`)), found)
    const own = join(files, "own.html")
    const money = ["--currency", "EUR", "--dpu-price", "0.44"]
    await pos.json(0, "report", found.date, "--out", own, ...money)
    const ours = answered(readFileSync(own, "utf8"))
    assert.deepStrictEqual(kpisIn(found), kpisIn(ours))
    assert.isNotEmpty(kpisIn(found))
    const { cost, deadLetters, tables } = found.answers["/api/health"] as Record<string, unknown>
    assert.deepStrictEqual(tables, (ours.answers["/api/health"] as Record<string, unknown>)["tables"])
    assert.strictEqual(deadLetters, 0)
    assert.match(JSON.stringify(cost), /"price":\{"amount":"\d+\.\d\d","currency":"USD"\}/)
    assert.include(JSON.stringify(found.answers["/api/overview"]), '"currency":"EUR"')
  })

  it("of an older day, that day's report is there too, and the latest one stays that of the newest day", async () => {
    const before = await report("latest")
    const late = day(4, 30)
    const run = await ingest(0, "late.csv", late)
    const found = await reportWith("latest", (one) => runsIn(one).includes(`${run.runId} SUCCEEDED`))
    assert.strictEqual(found.date, before?.date)
    // It is written after the newest one.
    const [older = ""] = datesOf(late)
    await reportWith(older, (one) => runsIn(one).includes(`${run.runId} SUCCEEDED`))
    assert.sameMembers(
      [...(await reports())],
      ["latest", found.date, older].map((name) => `reports/${name}.html`),
    )
  })

  it("a report that fails leaves the load as it is, and an alarm tells; a call by hand writes it", async () => {
    let failed = ""
    await without(pos, /ReportReporterRole/, "s3:PutObject", async () => {
      const run = await ingest(0, "unreported.csv", day(11, 20))
      failed = run.runId
      assert.deepStrictEqual([run.status, run.rows?.appended], ["SUCCEEDED", 20])
      const { failed: isError, said } = await call({})
      assert.isTrue(isError)
      assert.match(said, /s3:PutObject|AccessDenied|not authorized/i)
    })
    assert.notInclude(runsIn((await report("latest"))!).join(), failed)
    assert.match(await people.told(/pos-local-ReportFailed/, 150), /docs\/operations\.md#reportfailed/)
    const again = await call({ dates: [(await report("latest"))!.date] })
    assert.isFalse(again.failed)
    assert.include(runsIn((await report("latest"))!), `${failed} SUCCEEDED`)
  })
})

areTheCallsOnRecord(pos, "report", { settings: { report: "true", currency: "EUR", dpuPrice: "0.44" } })
