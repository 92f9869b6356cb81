/**
 * Each operation of AWS that the sources call is called in the end-to-end tests, where the local AWS holds every request
 * against the service's model; or its parameters are held against it here.
 */
import { assert, describe, it } from "vitest"
import { type ServiceCall, refusalsOf } from "./models.ts"
import { stories } from "./recorded.ts"
import { calledByPython, calledByTypeScript } from "./sdk-calls.ts"
import { smokeCalls } from "./smoke-calls.ts"

const seen = new Set(stories.flatMap(({ operations }) => operations))

const place = { Bucket: "pos-prod-storagesource", Key: "incoming/a.csv" }

/** Calls that no end-to-end test makes, as the sources make them. */
const unseen: Readonly<Record<string, ReadonlyArray<ServiceCall>>> = {
  // `pos --stack` finds a deployed stage by its outputs; the end-to-end tests know where theirs is.
  "cloudformation DescribeStacks": [
    { service: "cloudformation", operation: "DescribeStacks", params: { StackName: "pos-prod" } },
  ],
  // `pos ingest` sends a large file in parts.
  "s3 CreateMultipartUpload": [{ service: "s3", operation: "CreateMultipartUpload", params: place }],
  "s3 UploadPart": [
    { service: "s3", operation: "UploadPart", params: { ...place, UploadId: "u", PartNumber: 10_000, Body: "bytes" } },
  ],
  "s3 CompleteMultipartUpload": [
    {
      service: "s3",
      operation: "CompleteMultipartUpload",
      params: { ...place, UploadId: "u", MultipartUpload: { Parts: [{ ETag: '"e"', PartNumber: 1 }] } },
    },
  ],
  "s3 AbortMultipartUpload": [
    { service: "s3", operation: "AbortMultipartUpload", params: { ...place, UploadId: "u" } },
  ],
  "s3 ListObjectVersions": [
    {
      service: "s3",
      operation: "ListObjectVersions",
      params: { Bucket: place.Bucket, Prefix: "incoming/", KeyMarker: "k", VersionIdMarker: "v" },
    },
  ],
  // `pos announce`.
  "sqs SendMessageBatch": [
    {
      service: "sqs",
      operation: "SendMessageBatch",
      params: {
        QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/q",
        Entries: [{ Id: "0", MessageBody: '{"Records":[]}' }],
      },
    },
  ],
  // Those of checks of a deployment; what the local AWS has of them, the end-to-end tests of these checks call.
  ...smokeCalls,
  // The validation job asks for the bucket's key when KMS refuses an object.
  "s3 GetBucketEncryption": [{ service: "s3", operation: "GetBucketEncryption", params: { Bucket: place.Bucket } }],
}

const isSeen = (client: string) => (operation: string) => seen.has(`${client} ${operation}`)

describe("an operation that the sources call", () => {
  const byTypeScript = calledByTypeScript(
    "apps/trigger/src",
    "apps/cli/src",
    "libs/platform/aws/src",
    "libs/platform/deployment/src",
    "apps/infra/src/smoke",
  )
  const byPython = calledByPython(
    "apps/validation-job/src",
    "apps/transformation-job/src",
    "libs/platform/job-runtime/src",
  )

  it("is found", () => {
    assert.includeMembers([...byTypeScript], ["s3 PutObject", "stepfunctions StartExecution", "glue StartJobRun"])
    assert.includeMembers([...byPython], ["s3 GetObject", "s3 CopyObject"])
  })

  it("is seen in the end-to-end tests, or tried here", () => {
    const rest = [
      ...byTypeScript.filter((one) => !isSeen("aws-sdk-js")(one)),
      ...byPython.filter((one) => !isSeen("boto3")(one)),
    ]
    assert.deepStrictEqual(rest.toSorted(), Object.keys(unseen).toSorted())
  })

  it("has parameters that its service takes", () => {
    const calls = Object.values(unseen).flat()
    const refused = refusalsOf(calls).flatMap((refusals, index) =>
      refusals.map((refusal) => `${calls[index]?.service} ${calls[index]?.operation}: ${refusal}`),
    )
    assert.deepStrictEqual(refused, [])
    for (const [operation, tried] of Object.entries(unseen)) assert.isNotEmpty(tried, operation)
  })
})
