/**
 * A stage with a KMS key of its own and a supplier, as `encryption=customer-managed` and `suppliers` deploy it. The local
 * AWS encrypts nothing and asks no key; that each role may use it is asked of the policies, in the tests of `infra`.
 */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { setTimeout } from "node:timers/promises"
import { keysUnder, redeploy, type Running, running } from "./aws.ts"
import { csv, row } from "./files.ts"
import { aDayInManyFiles } from "./maintained.ts"
import { makePos, randomPort } from "./pos.ts"
import { areTheCallsOnRecord } from "./recorded-calls.ts"
import { day } from "./sales.ts"
import { assumeSupplierRole } from "./supplier.ts"

const pos = makePos()
let local: Running
let acme: S3Client
const lines = day(40, 60)
const body = csv(lines.map(row))

beforeAll(async () => {
  await pos.json(0, "start", "--no-build", "--iam", "--port", String(await randomPort()))
  await redeploy(pos, "cdk.out.keyed")
  local = await running(pos)
  acme = await assumeSupplierRole(local, "acme-to-us")
}, 180_000)

afterAll(() => pos.dispose(), 60_000)

const at = (key: string) => ({ Bucket: local.outputs["SourceBucketName"]!, Key: key })

const denied = async (call: Promise<unknown>) => {
  const answer = await call.then(
    () => "allowed",
    (error: Error) => error.name,
  )
  assert.match(answer, /^(AccessDenied|Forbidden|403)$/)
}

const badOnes = async (bucket: string) =>
  (await keysUnder(local, bucket, "")).filter((key) => key.endsWith("incoming/acme/bad.csv"))

aDayInManyFiles(pos)

describe("a supplier", { timeout: 120_000 }, () => {
  it("is not let in without the external id", async () => {
    for (const wrong of [undefined, "somebody-else"]) {
      const answer = await assumeSupplierRole(local, wrong).then(
        () => "let in",
        (error: Error) => error.message,
      )
      assert.strictEqual(answer, "AccessDenied")
    }
  })

  it("sends a file under its own prefix, and its sales are in the tables", async () => {
    await acme.send(new PutObjectCommand({ ...at("incoming/acme/2025/store 1.csv"), Body: body }))
    let found = 0
    for (const deadline = Date.now() + 90_000; found < lines.length && Date.now() < deadline; await setTimeout(500)) {
      const counted = await pos.run(
        "sql",
        "--json",
        "SELECT count(*) AS n FROM sales WHERE transaction_id LIKE 'd40-%'",
      )
      // Until the first load there is no table.
      if (counted.code === 0) found = Number((JSON.parse(counted.out) as ReadonlyArray<{ readonly n: number }>)[0]?.n)
    }
    assert.strictEqual(found, lines.length)
  })

  it("gets a bad file rejected under the whole name that it chose", async () => {
    await acme.send(new PutObjectCommand({ ...at("incoming/acme/bad.csv"), Body: "no,header\n1,2\n" }))
    const deadline = Date.now() + 90_000
    while ((await badOnes("SourceBucketName")).length > 0 && Date.now() < deadline) await setTimeout(500)
    assert.isEmpty(await badOnes("SourceBucketName"))
    assert.lengthOf(await badOnes("RejectedBucketName"), 1)
  })

  it("sends a large file in parts, sees its own unfinished upload, and gives another one up", async () => {
    const where = at("incoming/acme/parts.txt")
    const { UploadId } = await acme.send(new CreateMultipartUploadCommand(where))
    const { ETag } = await acme.send(new UploadPartCommand({ ...where, UploadId, PartNumber: 1, Body: "a part" }))
    const { Parts } = await acme.send(new ListPartsCommand({ ...where, UploadId }))
    assert.lengthOf(Parts ?? [], 1)
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await acme.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload }))
    const other = await acme.send(new CreateMultipartUploadCommand(where))
    await acme.send(new AbortMultipartUploadCommand({ ...where, UploadId: other.UploadId }))
  })

  for (const key of ["incoming/other/a.csv", "incoming/acme-2/a.csv", "incoming/a.csv", "a.csv"]) {
    it(`is refused ${key}`, () => denied(acme.send(new PutObjectCommand({ ...at(key), Body: body }))))
  }

  it("may not read, copy, list or delete, not even its own", async () => {
    const own = at("incoming/acme/2025/store 1.csv")
    await denied(acme.send(new GetObjectCommand(own)))
    await denied(acme.send(new DeleteObjectCommand(own)))
    await denied(acme.send(new ListObjectsV2Command({ Bucket: own.Bucket, Prefix: "incoming/acme/" })))
    const CopySource = `${own.Bucket}/incoming/acme/2025/store%201.csv`
    await denied(acme.send(new CopyObjectCommand({ ...at("incoming/acme/copy.csv"), CopySource })))
  })

  for (const [name, headers] of Object.entries({
    "an archive class": { StorageClass: "GLACIER" },
    "a class other than STANDARD": { StorageClass: "STANDARD_IA" },
    "a key of its own (SSE-C)": { SSECustomerAlgorithm: "AES256", SSECustomerKey: "k".repeat(32) },
    "a KMS key of its own": {
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "arn:aws:kms:us-east-1:111122223333:key/x",
    },
    "S3's own keys": { ServerSideEncryption: "AES256" },
  } as const)) {
    it(`is refused ${name}`, () =>
      denied(acme.send(new PutObjectCommand({ ...at("incoming/acme/refused.csv"), Body: body, ...headers }))))
  }

  it("writes into no other bucket", async () => {
    for (const bucket of ["RejectedBucketName", "ResultsBucketName", "LakeBucketName"]) {
      const where = { Bucket: local.outputs[bucket], Key: "incoming/acme/a.csv" }
      await denied(acme.send(new PutObjectCommand({ ...where, Body: body })))
    }
  })
})

areTheCallsOnRecord(pos, "keyed", {
  settings: {
    encryption: "customer-managed",
    suppliers: [{ name: "acme", principal: "111122223333", externalId: "acme-to-us" }],
  },
})
