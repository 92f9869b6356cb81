import { Duration } from "aws-cdk-lib"
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch"
import type { Construct } from "constructs"
import { Option } from "effect"
import { type MetricOf, metricOf } from "./metric.ts"
import type { Datasets } from "../artefacts/datasets.ts"
import type { Ingestion } from "../ingestion/ingestion.ts"
import type { Report } from "../report/report.ts"
import type { Settings } from "../settings/settings.ts"
import type { StateMachine } from "../state-machine/state-machine.ts"

export interface DashboardProps {
  readonly settings: Settings
  readonly ingestion: Ingestion
  readonly stateMachine: StateMachine
  readonly datasets: Datasets
  /** Of a stage that writes reports. */
  readonly report: Option.Option<Report>
}

const graph = (title: string, ...left: Array<cloudwatch.IMetric>) =>
  new cloudwatch.GraphWidget({ title, left, width: 12, height: 6 })

/** One page that answers: do files arrive, do runs end well, what is rejected, how fresh are the tables? */
export const makeDashboard = (
  scope: Construct,
  { datasets, ingestion, report, settings, stateMachine }: DashboardProps,
  alarms: Array<cloudwatch.Alarm>,
): cloudwatch.Dashboard => {
  const { machine } = stateMachine
  const fromJob = (job: MetricOf["job"], name: MetricOf["name"], statistic?: string) =>
    metricOf(settings, { job, name, ...(statistic === undefined ? {} : { statistic }) })
  const byDataset = (job: MetricOf["job"], name: MetricOf["name"]) =>
    datasets.names.map((dataset) => metricOf(settings, { job, name, dataset }))
  return new cloudwatch.Dashboard(scope, "Dashboard", {
    dashboardName: `${settings.stackName}`,
    defaultInterval: Duration.days(7),
    widgets: [
      [new cloudwatch.AlarmStatusWidget({ title: "Alarms", alarms, width: 24, height: 3 })],
      [
        graph(
          "Files announced",
          ingestion.queue.metricNumberOfMessagesSent({ label: "announced" }),
          ingestion.deadLetters.metricApproximateNumberOfMessagesVisible({ label: "dead letters" }),
          ingestion.trigger.metricErrors({ label: "trigger errors" }),
        ),
        graph(
          "Runs",
          machine.metricStarted({ label: "started" }),
          machine.metricSucceeded({ label: "succeeded" }),
          machine.metricFailed({ label: "failed" }),
          machine.metricTimedOut({ label: "timed out" }),
        ),
      ],
      [
        graph("Files by dataset", ...byDataset("trigger", "FilesReceived")),
        graph("New rows by dataset", ...byDataset("transformation", "RowsAppended")),
      ],
      [
        graph(
          "Files by verdict",
          ...(["FilesValid", "FilesRejected", "FilesSkipped"] as const).map((name) => fromJob("validation", name)),
        ),
        graph("Rows by verdict", ...(["RowsValid", "RowsInvalid"] as const).map((name) => fromJob("validation", name))),
      ],
      [
        graph(
          "Rows loaded",
          ...(
            ["RowsAppended", "RowsDuplicate", "RowsConflict", "RowsUpdated", "RowsSuperseded", "RowsRemoved"] as const
          ).map((name) => fromJob("transformation", name)),
        ),
        graph("From arrival to table, seconds", fromJob("transformation", "FreshnessSeconds", "Maximum")),
      ],
      [
        graph(
          "Maintenance",
          ...(["DatesCompacted", "FilesCompacted", "FilesDeleted"] as const).map((name) =>
            fromJob("maintenance", name),
          ),
        ),
        graph("Maintenance, seconds", fromJob("maintenance", "MaintenanceSeconds", "Maximum")),
      ],
      ...Option.toArray(report).map(({ reporter }) => [
        graph("Reports", fromJob("report", "ReportsWritten"), reporter.metricErrors({ label: "failures" })),
        graph("Reports, milliseconds", reporter.metricDuration({ statistic: "Maximum" })),
      ]),
    ],
  })
}
