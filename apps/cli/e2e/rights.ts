/** What becomes of a run when a role has one right less than it needs: it fails, and says which. */
import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { RunReport } from "@pos/runs/report"
import { options, running } from "./aws.ts"
import { csv, row, write } from "./files.ts"
import type { Pos } from "./pos.ts"
import { day } from "./sales.ts"

const decodeRun = Schema.decodeUnknownSync(RunReport)

interface Document {
  readonly Version: string
  readonly Statement: ReadonlyArray<{ readonly Action: string | ReadonlyArray<string> }>
}

const less = ({ Statement, Version }: Document, action: string): Document => ({
  Version,
  Statement: Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((one) => one.toLowerCase() !== action.toLowerCase()),
  })).filter(({ Action }) => Action.length > 0),
})

/** Takes a right from the role that is named so for as long as `during` lasts. */
export const without = async (pos: Pos, name: RegExp, action: string, during: () => Promise<void>): Promise<void> => {
  const client = new IAMClient(options((await running(pos)).endpoint))
  const { Roles = [] } = await client.send(new ListRolesCommand({}))
  const RoleName = Roles.map((role) => role.RoleName).find((one) => name.test(one ?? ""))
  const { PolicyNames: [PolicyName] = [] } = await client.send(new ListRolePoliciesCommand({ RoleName }))
  const { PolicyDocument = "" } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
  const whole = decodeURIComponent(PolicyDocument)
  const put = (document: string) =>
    client.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document }))
  const narrowed = JSON.stringify(less(JSON.parse(whole) as Document, action))
  assert.notStrictEqual(narrowed.length, whole.length)
  await put(narrowed)
  await during().finally(() => put(whole))
}

const cases: ReadonlyArray<readonly [who: string, role: RegExp, action: string, words: RegExp]> = [
  ["the state machine", /StateMachineRole/, "glue:StartJobRun", /not authorized to perform: glue:StartJobRun/],
  ["the validation job", /JobsValidationRole/, "s3:GetObjectVersion", /s3:GetObjectVersion/],
  ["the transformation job", /JobsTransformationRole/, "s3:PutObject", /s3:PutObject/],
]

export const oneRightLess = (pos: Pos) => {
  const files = mkdtempSync(join(tmpdir(), "pos-e2e-rights-"))

  afterAll(() => rmSync(files, { recursive: true, force: true }))

  describe("a run fails, and says which right is missing,", { timeout: 300_000 }, () => {
    for (const [at, [who, role, action, words]] of cases.entries()) {
      it(`when ${who} may not ${action}`, () =>
        without(pos, role, action, async () => {
          const sales = day(60 + at, 20).map(row)
          const run = decodeRun(await pos.json(1, "ingest", write(files, `${at}.csv`, csv(sales))))
          assert.strictEqual(run.status, "FAILED")
          assert.match(run.failure?.reason ?? "", words)
        }))
    }

    it("and goes well again when it is there", async () => {
      const run = decodeRun(await pos.json(0, "ingest", write(files, "again.csv", csv(day(60, 20).map(row)))))
      assert.deepStrictEqual([run.status, run.rows?.appended], ["SUCCEEDED", 20])
    })
  })
}
