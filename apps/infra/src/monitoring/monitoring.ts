import { Duration } from "aws-cdk-lib"
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch"
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions"
import { Construct } from "constructs"
import { Option } from "effect"
import type { Notifications } from "../notifications/notifications.ts"
import { type DashboardProps, makeDashboard } from "./dashboard.ts"
import { noDataAlarm } from "./no-data.ts"

export interface MonitoringProps extends DashboardProps {
  readonly notifications: Notifications
}

/** Alarms and the dashboard. docs/operations.md says what each alarm means and what to run. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id)
    const { datasets, ingestion, notifications, report, settings, stateMachine } = props
    const period = settings.local ? Duration.minutes(1) : Duration.minutes(5)

    const alarm = (name: string, description: string, metric: cloudwatch.Metric, threshold: number) =>
      new cloudwatch.Alarm(this, name, {
        alarmName: `${settings.stackName}-${name}`,
        alarmDescription: `${description} See docs/operations.md#${name.toLowerCase()}`,
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      })

    // Shown, not sent: each failed run has told already, with its reason and its evidence, and once is enough.
    const failedRuns = alarm(
      "FailedRuns",
      "A run failed. Its own notification says why.",
      stateMachine.machine.metricFailed({ period, statistic: "Sum" }),
      1,
    )
    const telling = [
      alarm(
        "DeadLetters",
        "Announcements of new files could not be handled; the files wait in the source bucket.",
        ingestion.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
        1,
      ),
      alarm(
        "QueueStuck",
        "Announcements of new files wait for more than 30 minutes: the trigger does not run.",
        ingestion.queue.metricApproximateAgeOfOldestMessage({ period, statistic: "Maximum" }),
        30 * 60,
      ),
      ...Option.toArray(report).map(({ reporter }) =>
        alarm(
          "ReportFailed",
          "The report of a day was not written after a load. The load is done, and the tables are right.",
          reporter.metricErrors({ period, statistic: "Sum" }),
          1,
        ),
      ),
      ...settings.expectedHours.map((hours) => {
        const dataset = Option.getOrElse(hours.dataset, () => datasets.byDefault)
        const id = dataset === datasets.byDefault ? "NoData" : `NoData-${dataset}`
        return noDataAlarm(this, id, { settings, queue: ingestion.queue, dataset, hours })
      }),
    ]
    for (const one of telling) one.addAlarmAction(new SnsAction(notifications.topic))
    makeDashboard(this, props, [failedRuns, ...telling])
  }
}
