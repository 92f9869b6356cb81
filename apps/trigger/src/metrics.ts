import { Clock, Effect } from "effect"
import { JsonLines } from "./log.ts"
import { Settings } from "./settings.ts"

/**
 * Counts as CloudWatch metrics, by the embedded metric format: a log line, no API call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const emitMetrics = Effect.fnUntraced(function* (counts: Readonly<Record<string, number>>) {
  const { stage } = yield* Settings
  const dimensions = { Job: "trigger", Stage: stage }
  const now = yield* Clock.currentTimeMillis
  yield* Effect.sync(() =>
    JsonLines.write({
      _aws: {
        Timestamp: now,
        CloudWatchMetrics: [
          {
            Namespace: "PosPlatform",
            Dimensions: [Object.keys(dimensions)],
            Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: "Count" })),
          },
        ],
      },
      ...dimensions,
      ...counts,
    }),
  )
})
