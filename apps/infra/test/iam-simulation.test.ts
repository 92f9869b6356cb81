/** What suppliers and jobs may do, asked of the policies as they are deployed. */
import { assert, describe, it } from "vitest"
import { templateOf } from "./fixture.ts"
import { account, answerTo, bucketArn, keyArn, region } from "./policies.ts"

const suppliers = [{ name: "acme", principal: "111122223333", externalId: "acme-to-us" }]
const plain = templateOf({ stage: "prod", suppliers })
const keyed = templateOf({ stage: "prod", suppliers, encryption: "customer-managed" })
const dataKey = keyArn(keyed, "Encryption")
const elsewhere = `arn:aws:kms:${region}:${account}:key/elsewhere`

const arn = (name: string) => bucketArn(keyed, name)
const expected = (allowed: boolean) => (allowed ? "Allowed" : "ImplicitlyDenied")

const algorithm = "s3:x-amz-server-side-encryption"
const keyId = "s3:x-amz-server-side-encryption-aws-kms-key-id"
const senderKey = "s3:x-amz-server-side-encryption-customer-algorithm"
const storageClass = "s3:x-amz-storage-class"

describe.each([
  ["S3's own keys", plain],
  ["a key of the stage", keyed],
])("a supplier, with %s,", (_, template) => {
  const source = bucketArn(template, "Source")
  const ask = (action: string, key: string, context: Readonly<Record<string, string>> = {}) =>
    answerTo(template, { role: "Supplieracme", action, resource: `${source}/${key}`, context })

  it("puts files under its own prefix, and sees and aborts its unfinished uploads", async () => {
    for (const action of ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]) {
      assert.strictEqual(await ask(action, "incoming/acme/2025-03-01/store-1.csv"), "Allowed", action)
    }
    assert.strictEqual(await ask("s3:PutObject", "incoming/acme/a.csv", { [storageClass]: "STANDARD" }), "Allowed")
  })

  for (const key of ["incoming/other/a.csv", "incoming/acme-2/a.csv", "incoming/a.csv", "elsewhere/acme/a.csv"]) {
    it(`puts nothing at ${key}`, async () => {
      assert.strictEqual(await ask("s3:PutObject", key), "ImplicitlyDenied")
    })
  }

  for (const action of ["GetObject", "GetObjectVersion", "DeleteObject", "PutObjectAcl", "PutObjectTagging"]) {
    it(`may not ${action}, not even its own`, async () => {
      assert.strictEqual(await ask(`s3:${action}`, "incoming/acme/a.csv"), "ImplicitlyDenied")
    })
  }

  it("may not list the bucket", async () => {
    const request = { role: "Supplieracme", action: "s3:ListBucket", resource: source }
    assert.strictEqual(await answerTo(template, request), "ImplicitlyDenied")
  })

  it("writes into no other bucket", async () => {
    for (const name of ["Rejected", "Results", "Lake"]) {
      const resource = `${bucketArn(template, name)}/incoming/acme/a.csv`
      const answer = await answerTo(template, { role: "Supplieracme", action: "s3:PutObject", resource })
      assert.strictEqual(answer, "ImplicitlyDenied", name)
    }
  })

  for (const one of ["GLACIER", "DEEP_ARCHIVE", "GLACIER_IR", "SOME_CLASS_TO_COME"]) {
    it(`is refused the storage class ${one} by the bucket itself`, async () => {
      assert.strictEqual(await ask("s3:PutObject", "incoming/acme/a.csv", { [storageClass]: one }), "ExplicitlyDenied")
    })
  }

  it("is held to STANDARD, where others may also send what is readable at once", async () => {
    const key = "incoming/acme/a.csv"
    assert.strictEqual(await ask("s3:PutObject", key, { [storageClass]: "STANDARD_IA" }), "ImplicitlyDenied")
  })

  it("is refused a key of its own (SSE-C) by the bucket itself", async () => {
    assert.strictEqual(await ask("s3:PutObject", "incoming/acme/a.csv", { [senderKey]: "AES256" }), "ExplicitlyDenied")
  })

  it("is refused a KMS key that is not the stage's by the bucket itself", async () => {
    const context = { [algorithm]: "aws:kms", [keyId]: elsewhere }
    assert.strictEqual(await ask("s3:PutObject", "incoming/acme/a.csv", context), "ExplicitlyDenied")
  })

  it("is refused plain HTTP", async () => {
    const context = { "aws:SecureTransport": "false" }
    assert.strictEqual(await ask("s3:PutObject", "incoming/acme/a.csv", context), "ExplicitlyDenied")
  })
})

const put = (template: typeof plain, context: Readonly<Record<string, string>>) => {
  const resource = `${bucketArn(template, "Source")}/incoming/acme/a.csv`
  return answerTo(template, { role: "Supplieracme", action: "s3:PutObject", resource, context })
}

describe("a supplier's encryption header", () => {
  it("may say AES256 where S3's own keys encrypt", async () => {
    assert.strictEqual(await put(plain, { [algorithm]: "AES256" }), "Allowed")
    assert.strictEqual(await put(plain, { [algorithm]: "aws:kms" }), "ImplicitlyDenied")
  })

  it("may name the stage's key where there is one, and nothing else", async () => {
    assert.strictEqual(await put(keyed, { [algorithm]: "aws:kms", [keyId]: dataKey }), "Allowed")
    assert.strictEqual(await put(keyed, { [algorithm]: "AES256" }), "ExplicitlyDenied")
    assert.strictEqual(await put(keyed, { [algorithm]: "aws:kms" }), "ExplicitlyDenied")
  })
})

const askKey = (role: string, action: string, context: string, service = "s3") =>
  answerTo(keyed, {
    role,
    action: `kms:${action}`,
    resource: dataKey,
    context: {
      "kms:ViaService": `${service}.${region}.amazonaws.com`,
      ...(service === "s3" ? { "kms:EncryptionContext:aws:s3:arn": context } : {}),
    },
  })

describe("the stage's key", () => {
  const rights: Readonly<Record<string, Readonly<Record<string, "read" | "write">>>> = {
    JobsValidationRole: { Source: "read", Rejected: "write", Results: "write" },
    JobsTransformationRole: { Results: "write", Lake: "write" },
    JobsMaintenanceRole: { Lake: "write" },
    StateMachineRole: { Results: "read" },
    IngestionTriggerRole: { Results: "write" },
  }
  for (const [role, buckets] of Object.entries(rights)) {
    it(`is for ${role} what its buckets ask for`, async () => {
      for (const bucket of ["Source", "Rejected", "Results", "Lake"]) {
        const use = buckets[bucket]
        assert.strictEqual(await askKey(role, "Decrypt", arn(bucket)), expected(use !== undefined), `${bucket} read`)
        assert.strictEqual(
          await askKey(role, "GenerateDataKey", arn(bucket)),
          expected(use === "write"),
          `${bucket} write`,
        )
      }
    })
  }

  it("is for a supplier the source bucket's, or an object's of its own", async () => {
    assert.strictEqual(await askKey("Supplieracme", "GenerateDataKey", arn("Source")), "Allowed")
    assert.strictEqual(
      await askKey("Supplieracme", "GenerateDataKey", `${arn("Source")}/incoming/acme/a.csv`),
      "Allowed",
    )
    for (const other of [`${arn("Source")}/incoming/other/a.csv`, arn("Lake")]) {
      assert.strictEqual(await askKey("Supplieracme", "Decrypt", other), "ImplicitlyDenied")
    }
  })

  it("opens messages to the trigger alone", async () => {
    assert.strictEqual(await askKey("IngestionTriggerRole", "Decrypt", "", "sqs"), "Allowed")
    assert.strictEqual(await askKey("JobsValidationRole", "Decrypt", "", "sqs"), "ImplicitlyDenied")
  })
})
