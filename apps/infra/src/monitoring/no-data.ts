import { Duration } from "aws-cdk-lib"
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch"
import type * as sqs from "aws-cdk-lib/aws-sqs"
import type { Construct } from "constructs"
import type { ExpectedHours, Settings } from "../settings/settings.ts"

/**
 * No file between the first and the last expected hour of a day (UTC).
 *
 * A value of one means: this hour lies between them, and nothing came. As many ones in a row as there are hours is a day
 * without data, and can only be complete at the end of the last of them: the alarm goes off once, on the hour, and is
 * over with the next. The queue's own metric is always there, because the Lambda's pollers keep the queue active.
 */
export const noDataAlarm = (
  scope: Construct,
  settings: Settings,
  queue: sqs.IQueue,
  { by, from }: ExpectedHours,
): cloudwatch.Alarm =>
  new cloudwatch.Alarm(scope, "NoData", {
    alarmName: `${settings.stackName}-NoData`,
    alarmDescription: `No file came between ${from}:00 and ${by}:00 UTC. See docs/operations.md#nodata`,
    metric: new cloudwatch.MathExpression({
      expression: `IF(HOUR(sent) >= ${from} AND HOUR(sent) < ${by} AND sent == 0, 1, 0)`,
      usingMetrics: { sent: queue.metricNumberOfMessagesSent({ period: Duration.hours(1), statistic: "Sum" }) },
      label: "hours without files",
      period: Duration.hours(1),
    }),
    threshold: 1,
    evaluationPeriods: by - from,
    datapointsToAlarm: by - from,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  })
