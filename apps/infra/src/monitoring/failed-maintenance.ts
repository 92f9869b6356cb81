import * as events from "aws-cdk-lib/aws-events"
import { Construct } from "constructs"
import { tailCommand } from "../jobs/job-logs.ts"
import type { MaintenanceJob } from "../jobs/maintenance-job.ts"
import type { Notifications } from "../notifications/notifications.ts"
import type { Settings } from "../settings/settings.ts"

export interface FailedMaintenanceProps {
  readonly settings: Settings
  readonly job: MaintenanceJob
  readonly notifications: Notifications
}

/** Tells people when a maintenance run failed or took too long: it has no state machine that would. */
export class FailedMaintenance extends Construct {
  constructor(scope: Construct, id: string, { job, notifications, settings }: FailedMaintenanceProps) {
    super(scope, id)
    const run = events.EventField.fromPath("$.detail.jobRunId")
    const message = events.RuleTargetInput.fromMultilineText(
      [
        `POS ${settings.stage}: maintenance of the tables ended ${events.EventField.fromPath("$.detail.state")}: ${events.EventField.fromPath("$.detail.message")}`,
        "The tables are right, and loads go on; they only grow slower until it succeeds.",
        `Evidence: ${tailCommand(job.logs, run)}`,
        `Next: aws glue start-job-run --job-name ${job.jobName}`,
      ].join("\n"),
    )
    new events.Rule(this, "Rule", {
      eventPattern: {
        source: ["aws.glue"],
        detailType: ["Glue Job State Change"],
        detail: { jobName: [job.jobName], state: ["FAILED", "TIMEOUT"] },
      },
      // Not CDK's own target: it would open the topic to the events of every account.
      targets: [{ bind: () => ({ arn: notifications.topic.topicArn, input: message }) }],
    })
  }
}
