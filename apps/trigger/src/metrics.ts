import {
  type DatasetId,
  type MetricDimension,
  type MetricLine,
  type MetricName,
  metricsNamespace,
  metricUnits,
} from "@pos/pipeline"
import { Clock, Effect } from "effect"
import { Lines } from "./log.ts"
import { TriggerSettings } from "./settings.ts"

/**
 * Counts of a batch, or of what was of one dataset in it, as CloudWatch metrics, by the embedded metric format: a log line, no API call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const emitMetrics = Effect.fnUntraced(function* (
  counts: Readonly<Partial<Record<MetricName, number>>>,
  dataset?: DatasetId,
) {
  const { stage } = yield* TriggerSettings
  const dimensions = { Job: "trigger" as const, Stage: stage, ...(dataset === undefined ? {} : { Dataset: dataset }) }
  const now = yield* Clock.currentTimeMillis
  const write = yield* Lines
  yield* Effect.sync(() =>
    write({
      _aws: {
        Timestamp: now,
        CloudWatchMetrics: [
          {
            Namespace: metricsNamespace,
            Dimensions: [Object.keys(dimensions) as ReadonlyArray<MetricDimension>],
            Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: metricUnits[Name as MetricName] })),
          },
        ],
      },
      ...dimensions,
      ...counts,
    } satisfies MetricLine),
  )
})
