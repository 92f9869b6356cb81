import { Duration } from "aws-cdk-lib"
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch"
import { type JobName, type MetricName, metricsNamespace } from "@pos/pipeline"
import type { Settings } from "../settings/settings.ts"

export interface MetricOf {
  readonly job: JobName
  readonly name: MetricName
  /** Only what was of this dataset. */
  readonly dataset?: string
  readonly statistic?: string
}

/** A metric that the stage's jobs write into their logs (embedded metric format), by the hour. */
export const metricOf = ({ stage }: Settings, { dataset, job, name, statistic = "Sum" }: MetricOf): cloudwatch.Metric =>
  new cloudwatch.Metric({
    namespace: metricsNamespace,
    metricName: name,
    dimensionsMap: { Job: job, Stage: stage, ...(dataset === undefined ? {} : { Dataset: dataset }) },
    statistic,
    period: Duration.hours(1),
    label: dataset ?? name,
  })
