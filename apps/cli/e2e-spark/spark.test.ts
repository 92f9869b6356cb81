/** The Spark engine as `pos start --engine spark` deploys it: with the jar and the wheels that its job gets on AWS. */
import { afterAll, assert, beforeAll, it } from "@effect/vitest"
import type { RepairReport } from "@pos/pipeline"
import { aDayInManyFiles } from "../e2e/maintained.ts"
import { makePos, randomPort } from "../e2e/pos.ts"
import { areTheCallsOnRecord } from "../e2e/recorded-calls.ts"

const pos = makePos()

beforeAll(async () => {
  await pos.json(0, "start", "--engine", "spark", "--no-build", "--iam", "--port", String(await randomPort()))
}, 120_000)

afterAll(() => pos.dispose(), 60_000)

aDayInManyFiles(pos)

it("can be repaired, by the engine that a run of Spark does without", async () => {
  const report = await pos.json<RepairReport>(0, "repair", "--apply")
  assert.deepInclude(report, { mode: "apply", rows: { found: 0, moved: 0 } })
  assert.isNotEmpty(report.kpisAfter)
  assert.isTrue(report.kpisAfter.every(({ behind, staleDates }) => !behind && staleDates === 0))
}, 120_000)

areTheCallsOnRecord(pos, "spark", { settings: { engine: "spark" } })
