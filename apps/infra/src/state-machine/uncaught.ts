import * as events from "aws-cdk-lib/aws-events"
import type * as sfn from "aws-cdk-lib/aws-stepfunctions"
import { Construct } from "constructs"
import type { Notifications } from "../notifications/notifications.ts"
import type { Settings } from "../settings/settings.ts"
import { executionsThat } from "./executions.ts"

export interface UncaughtProps {
  readonly settings: Settings
  readonly machine: sfn.StateMachine
  readonly notifications: Notifications
}

/**
 * Executions that could not notify by themselves: timed out, aborted by hand, or ended by Step Functions (an input that
 * is no run's, a result that is too large). Those that failed in the ordinary way have told already, and end with an
 * error of our own, `Pos.…`.
 */
export class Uncaught extends Construct {
  constructor(scope: Construct, id: string, { machine, notifications, settings }: UncaughtProps) {
    super(scope, id)
    const next = settings.local ? "npx pos runs" : `npx pos runs --stack ${settings.stackName}`
    const message = events.RuleTargetInput.fromMultilineText(
      [
        `POS ${settings.stage}: run ${events.EventField.fromPath("$.detail.name")} ended ${events.EventField.fromPath("$.detail.status")} without a word of its own.`,
        `Evidence: ${events.EventField.fromPath("$.detail.executionArn")}`,
        `Next: ${next} ${events.EventField.fromPath("$.detail.name")}`,
      ].join("\n"),
    )
    const patterns = {
      Ended: executionsThat(machine, { status: ["TIMED_OUT", "ABORTED"] }),
      Broken: executionsThat(machine, { status: ["FAILED"], error: [{ prefix: "States." }] }),
    }
    // Not CDK's own target: it would open the topic to the events of every account.
    for (const [name, eventPattern] of Object.entries(patterns)) {
      new events.Rule(this, name, {
        eventPattern,
        targets: [{ bind: () => ({ arn: notifications.topic.topicArn, input: message }) }],
      })
    }
  }
}
