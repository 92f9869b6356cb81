import type { Duration } from "aws-cdk-lib"
import * as sfn from "aws-cdk-lib/aws-stepfunctions"
import * as tasks from "aws-cdk-lib/aws-stepfunctions-tasks"
import type { Construct } from "constructs"

export interface GlueJobRunProps {
  readonly comment: string
  readonly jobName: string
  /** Arguments of this run, beyond those of the job. */
  readonly runArguments: Readonly<Record<string, string>>
  /** When the state gives up and stops the run. */
  readonly limit: Duration
  /** When Glue announces that the run takes longer than usual. */
  readonly slowAfter: Duration
}

/**
 * A task that runs a Glue job to its end. CDK's own has no time limit: it hands its time-out to Glue, and a state
 * without one waits forever for a run that never reports back.
 */
export class GlueJobRun extends tasks.GlueStartJobRun {
  private readonly limit: Duration

  constructor(scope: Construct, id: string, { comment, jobName, limit, runArguments, slowAfter }: GlueJobRunProps) {
    super(scope, id, {
      comment,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      glueJobName: jobName,
      integrationPattern: sfn.IntegrationPattern.RUN_JOB,
      notifyDelayAfter: slowAfter,
      arguments: sfn.TaskInput.fromObject(runArguments),
      outputs: "{% $states.input %}",
    })
    this.limit = limit
  }

  override toStateJson(topLevelQueryLanguage?: sfn.QueryLanguage): object {
    return { ...super.toStateJson(topLevelQueryLanguage), TimeoutSeconds: this.limit.toSeconds() }
  }
}
