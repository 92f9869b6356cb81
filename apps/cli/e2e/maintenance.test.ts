/** The embedded engine as the laptop deploys it. */
import { afterAll, beforeAll } from "@effect/vitest"
import { aDayInManyFiles } from "./maintained.ts"
import { makePos, randomPort } from "./pos.ts"

const pos = makePos()

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
}, 120_000)

afterAll(() => pos.dispose(), 60_000)

aDayInManyFiles(pos)
