import { Duration } from "aws-cdk-lib"
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch"
import type * as sqs from "aws-cdk-lib/aws-sqs"
import type { Construct } from "constructs"
import type { ExpectedHours } from "../settings/expected-hours.ts"
import type { Settings } from "../settings/settings.ts"
import { metricOf } from "./metric.ts"

export interface NoDataProps {
  readonly settings: Settings
  readonly queue: sqs.IQueue
  readonly dataset: string
  readonly hours: ExpectedHours
}

/**
 * No file of a dataset between the first and the last expected hour of a day (UTC).
 *
 * A value of one means: this hour lies between them, and nothing came. As many ones in a row as there are hours is a day
 * without data, and can only be complete at the end of the last of them: the alarm goes off once, on the hour, and is
 * over with the next. Only the trigger knows a file's dataset, and it says nothing in an hour without files: what tells
 * the hours is the queue's own metric, which is always there, because the Lambda's pollers keep the queue active.
 */
export const noDataAlarm = (scope: Construct, id: string, { dataset, hours, queue, settings }: NoDataProps) => {
  const { by, from } = hours
  const hourly = { period: Duration.hours(1), statistic: "Sum" }
  return new cloudwatch.Alarm(scope, id, {
    alarmName: `${settings.stackName}-${id}`,
    alarmDescription: `No file of ${dataset} came between ${from}:00 and ${by}:00 UTC. See docs/operations.md#nodata`,
    metric: new cloudwatch.MathExpression({
      expression: `IF(HOUR(sent) >= ${from} AND HOUR(sent) < ${by} AND FILL(received, 0) == 0, 1, 0)`,
      usingMetrics: {
        sent: queue.metricNumberOfMessagesSent(hourly),
        received: metricOf(settings, { job: "trigger", name: "FilesReceived", dataset }).with(hourly),
      },
      label: "hours without files",
      period: Duration.hours(1),
    }),
    threshold: 1,
    evaluationPeriods: by - from,
    datapointsToAlarm: by - from,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  })
}
