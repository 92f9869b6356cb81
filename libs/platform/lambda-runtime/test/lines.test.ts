import { assert, describe, it } from "@effect/vitest"
import { MetricLine } from "@pos/pipeline"
import { Effect, Layer, Schema } from "effect"
import { emitMetrics, layerLog, Lines } from "../src/index.ts"

/** What the program writes into its log. */
const written = <A, E>(program: Effect.Effect<A, E>) => {
  const lines: Array<object> = []
  const layer = Layer.merge(
    layerLog("trigger"),
    Layer.succeed(Lines, (line) => {
      lines.push(line)
    }),
  )
  return Effect.as(Effect.provide(program, layer), lines)
}

describe("a line of a Lambda's log", () => {
  it.effect("has the job, the event, and what belongs to it", () =>
    Effect.gen(function* () {
      const [line] = yield* written(Effect.logError("not written", { runId: "a run" }))
      assert.deepInclude(line, { job: "trigger", level: "error", event: "not written", runId: "a run" })
    }),
  )

  it.effect("of metrics is one that CloudWatch reads", () =>
    Effect.gen(function* () {
      const counts = { RunsStarted: 2 }
      const [line] = yield* written(emitMetrics({ job: "trigger", stage: "test", dataset: "sales", counts }))
      assert.deepInclude(line, { Job: "trigger", Stage: "test", Dataset: "sales", RunsStarted: 2 })
      const { _aws } = yield* Schema.decodeUnknownEffect(MetricLine)(line)
      assert.deepStrictEqual(_aws.CloudWatchMetrics[0]?.Dimensions, [["Job", "Stage", "Dataset"]])
      assert.deepStrictEqual(_aws.CloudWatchMetrics[0]?.Metrics, [{ Name: "RunsStarted", Unit: "Count" }])
    }),
  )
})
