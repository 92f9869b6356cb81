import { Duration } from "aws-cdk-lib"
import * as sfn from "aws-cdk-lib/aws-stepfunctions"
import type { Settings } from "../settings/settings.ts"

/** What each service says when it is busy; the same call will go through. */
const busy = {
  glue: [
    "Glue.ThrottlingException",
    // What a rate that is exceeded is called when many runs are started at once.
    "Glue.AWSGlueException",
    "Glue.OperationTimeoutException",
    "Glue.InternalServiceException",
  ],
  s3: ["S3.SlowDownException", "S3.InternalErrorException", "S3.ServiceUnavailableException"],
  sns: ["SNS.InternalErrorException", "SNS.ThrottledException"],
}

/** On a laptop nobody wants to wait for a back-off that is meant for AWS. */
const wait = (settings: Settings, seconds: number): Duration => Duration.seconds(settings.local ? 1 : seconds)

/**
 * Another run holds the job, or runs of the account use up its quota: wait for them, however long it takes. 60 attempts with a ceiling of ten minutes
 * last up to ten hours: longer than any run may take, so that giving up means that something is stuck.
 */
const awaitTurn = (settings: Settings): sfn.RetryProps => ({
  errors: ["Glue.ConcurrentRunsExceededException", "Glue.ResourceNumberLimitExceededException"],
  interval: wait(settings, 30),
  backoffRate: 1.5,
  maxAttempts: settings.local ? 600 : 60,
  maxDelay: settings.local ? Duration.seconds(2) : Duration.minutes(10),
  jitterStrategy: sfn.JitterType.FULL,
})

const awaitService = (settings: Settings, service: keyof typeof busy): sfn.RetryProps => ({
  errors: busy[service],
  interval: wait(settings, 5),
  backoffRate: 2,
  maxAttempts: 6,
  maxDelay: Duration.minutes(2),
  jitterStrategy: sfn.JitterType.FULL,
})

/** Anything else may have been bad luck, once. Both jobs may be repeated at any point. */
const onceMore = (settings: Settings, errors: string): sfn.RetryProps => ({
  errors: [errors],
  interval: wait(settings, 30),
  backoffRate: 2,
  maxAttempts: 1,
  jitterStrategy: sfn.JitterType.FULL,
})

/** For a task that runs a Glue job. Time-outs are not repeated: what took too long once will again. */
export const retryJob = (task: sfn.TaskStateBase, settings: Settings): void => {
  task.addRetry(awaitTurn(settings))
  task.addRetry(awaitService(settings, "glue"))
  task.addRetry(onceMore(settings, sfn.Errors.TASKS_FAILED))
}

/** For a task that is one call of a service. */
export const retryCall = (task: sfn.TaskStateBase, settings: Settings, service: keyof typeof busy): void => {
  task.addRetry(awaitService(settings, service))
  task.addRetry({ ...onceMore(settings, sfn.Errors.TASKS_FAILED), maxAttempts: 2 })
}
