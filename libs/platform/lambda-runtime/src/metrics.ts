import {
  type DatasetId,
  type JobName,
  type MetricDimension,
  type MetricLine,
  type MetricName,
  metricsNamespace,
  metricUnits,
} from "@pos/pipeline"
import { Clock, Effect } from "effect"
import { Lines } from "./log.ts"

export interface Emitted {
  readonly job: JobName
  readonly stage: string
  /** What the counts are of; absent: of everything. */
  readonly dataset?: DatasetId | undefined
  readonly counts: Readonly<Partial<Record<MetricName, number>>>
}

/**
 * Counts as CloudWatch metrics, by the embedded metric format: a log line, no API call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const emitMetrics = Effect.fnUntraced(function* ({ counts, dataset, job, stage }: Emitted) {
  const dimensions = { Job: job, Stage: stage, ...(dataset === undefined ? {} : { Dataset: dataset }) }
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
