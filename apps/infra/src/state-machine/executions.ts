import type * as events from "aws-cdk-lib/aws-events"
import type * as sfn from "aws-cdk-lib/aws-stepfunctions"

/** What a rule of EventBridge hears of a machine's executions: those whose change is so. */
export const executionsThat = (
  machine: sfn.StateMachine,
  detail: Readonly<Record<string, ReadonlyArray<unknown>>>,
): events.EventPattern => ({
  source: ["aws.states"],
  detailType: ["Step Functions Execution Status Change"],
  detail: { stateMachineArn: [machine.stateMachineArn], ...detail },
})
