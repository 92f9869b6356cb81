/** The embedded engine as the laptop deploys it. */
import { GetTablesCommand, GlueClient } from "@aws-sdk/client-glue"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createHash } from "node:crypto"
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { options, redeploy, running } from "./aws.ts"
import { aDayInManyFiles } from "./maintained.ts"
import { makePos, randomPort } from "./pos.ts"
import { areTheCallsOnRecord } from "./recorded-calls.ts"
import { oneRightLess } from "./rights.ts"

const pos = makePos()
const assembly = join(import.meta.dirname, "../../infra/cdk.out")
const changed = join(mkdtempSync(join(tmpdir(), "pos-e2e-catalogue-")), "cdk.out")

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
}, 120_000)

afterAll(async () => {
  rmSync(changed, { recursive: true, force: true })
  await pos.dispose()
}, 60_000)

/** Each table's columns, with their types. */
const catalogued = async (): Promise<Record<string, ReadonlyArray<string>>> => {
  const { endpoint, outputs } = await running(pos)
  const { TableList = [] } = await new GlueClient(options(endpoint)).send(
    new GetTablesCommand({ DatabaseName: outputs["DatabaseName"] }),
  )
  const columns = TableList.map(({ Name = "", StorageDescriptor }) => [
    Name,
    (StorageDescriptor?.Columns ?? []).map(({ Name: column, Type }) => `${column} ${Type}`),
  ])
  return Object.fromEntries(columns) as Record<string, ReadonlyArray<string>>
}

interface Template {
  readonly Resources: Record<
    string,
    {
      readonly Type: string
      readonly Properties: { readonly TableInput: { readonly StorageDescriptor: { Columns: Array<object> } } }
    }
  >
}

describe("the catalogue's tables", { timeout: 120_000 }, () => {
  it("follow the plan at each deployment, and are no second set", async () => {
    const before = await catalogued()
    assert.containsAllKeys(before, ["sales", "total_sales_per_product_per_day", "store_sales_per_day"])

    // As a plan with a column more and the first one gone compiles to it; that it does is a test of `infra`.
    cpSync(assembly, changed, { recursive: true })
    const file = join(changed, "pos-local.template.json")
    const template = JSON.parse(readFileSync(file, "utf8")) as Template
    for (const { Properties, Type } of Object.values(template.Resources)) {
      if (Type !== "AWS::Glue::Table") continue
      const { StorageDescriptor } = Properties.TableInput
      StorageDescriptor.Columns = [...StorageDescriptor.Columns.slice(1), { Name: "till", Type: "string" }]
    }
    writeFileSync(file, JSON.stringify(template))
    // Uploaded under the hash of its content, as CDK does: what is there already is not sent again.
    const assets = join(changed, "pos-local.assets.json")
    const listed = readFileSync(assets, "utf8")
    const { files } = JSON.parse(listed) as { files: Record<string, { readonly source: { readonly path: string } }> }
    const [hash = ""] = Object.entries(files).find(([, { source }]) => source.path === "pos-local.template.json") ?? []
    const other = createHash("sha256").update(readFileSync(file)).digest("hex")
    writeFileSync(assets, listed.replaceAll(hash, other))
    await redeploy(pos, changed)
    const wanted = Object.entries(before).map(([name, columns]) => [name, [...columns.slice(1), "till string"]])
    assert.deepStrictEqual(await catalogued(), Object.fromEntries(wanted))

    await redeploy(pos, assembly)
    assert.deepStrictEqual(await catalogued(), before)
  })
})

aDayInManyFiles(pos)
areTheCallsOnRecord(pos, "embedded")
oneRightLess(pos)
