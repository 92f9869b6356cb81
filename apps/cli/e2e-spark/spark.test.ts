/** The Spark engine as `pos start --engine spark` deploys it: with the jar and the wheels that its job gets on AWS. */
import { afterAll, beforeAll } from "@effect/vitest"
import { aDayInManyFiles } from "../e2e/maintained.ts"
import { makePos, randomPort } from "../e2e/pos.ts"
import { areTheCallsOnRecord } from "../e2e/recorded-calls.ts"

const pos = makePos()

beforeAll(async () => {
  await pos.json(0, "start", "--engine", "spark", "--no-build", "--iam", "--port", String(await randomPort()))
}, 120_000)

afterAll(() => pos.dispose(), 60_000)

aDayInManyFiles(pos)
areTheCallsOnRecord(pos, "spark", { settings: { engine: "spark" } })
