import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import {
  ExecutionInput,
  ExecutionOutput,
  FileLine,
  Manifest,
  TransformationSummary,
  ValidationSummary,
  formatUri,
  locationFromUri,
  rejectedLayout,
  runLayout,
} from "@pos/pipeline"

describe("documents", () => {
  for (const [name, schema] of Object.entries({
    ExecutionInput,
    ExecutionOutput,
    FileLine,
    Manifest,
    TransformationSummary,
    ValidationSummary,
  })) {
    it.effect.prop(`${name} survives the way through JSON`, [schema as Schema.Codec<unknown>], ([document]) =>
      Effect.gen(function* () {
        const json = Schema.fromJsonString(schema as Schema.Codec<unknown>)
        const text = yield* Schema.encodeEffect(json)(document)
        const read = yield* Schema.decodeEffect(json)(text)
        assert.strictEqual(yield* Schema.encodeEffect(json)(read), text)
      }),
    )
  }

  it("may carry more than this version knows", () => {
    const input = { eventTime: "2025-03-01T06:00:00Z", runId: "20250301T060000000Z-0123456789ab", manifest: "s3://b/k" }
    assert.isTrue(Schema.is(ExecutionInput)({ ...input, fileCount: 1, later: true }))
    assert.isFalse(Schema.is(ExecutionInput)({ ...input, fileCount: -1 }))
  })
})

describe("the layout", () => {
  const runId = "20250301T060000000Z-0123456789ab"

  it("keeps a run's documents together", () => {
    assert.deepStrictEqual(runLayout(runId), {
      root: `runs/${runId}/`,
      manifest: `runs/${runId}/manifest.json`,
      validationSummary: `runs/${runId}/validation/summary.json`,
      fileVerdicts: `runs/${runId}/validation/files.jsonl`,
      validated: `runs/${runId}/validation/validated/`,
      transformationSummary: `runs/${runId}/transformation/summary.json`,
    })
  })

  it("keeps rejected files, reports and quarantined rows of a run apart", () => {
    assert.deepStrictEqual(rejectedLayout("2025-03-01T06:00:00Z", runId), {
      files: `date=2025-03-01/run=${runId}/files/`,
      reports: `date=2025-03-01/run=${runId}/reports/`,
      quarantine: `date=2025-03-01/run=${runId}/quarantine/`,
    })
  })

  it("reads the URIs that it writes", () => {
    const location = { bucket: "b", key: "incoming/a b+ü%20.csv" }
    assert.deepStrictEqual(locationFromUri(formatUri(location)), Option.some(location))
    assert.deepStrictEqual(locationFromUri("file:///tmp/a.csv"), Option.none())
  })
})
