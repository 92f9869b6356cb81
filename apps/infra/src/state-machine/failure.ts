import * as sfn from "aws-cdk-lib/aws-stepfunctions"
import * as tasks from "aws-cdk-lib/aws-stepfunctions-tasks"
import type { Construct } from "constructs"
import { type JobLogs, tailCommand } from "../jobs/job-logs.ts"
import { awaitCapacity, isRefused, shardFailed } from "./capacity.ts"
import { fromGlueCause, jsonata, template, text } from "./expressions.ts"
import { evidence, nextCommand, subject } from "./notice.ts"
import { retryCall } from "./retries.ts"
import type { StateMachineProps } from "./props.ts"
import { callTimeout } from "./tasks.ts"

/** A job's own failure is told by its words; of anything else the name of the error is worth knowing. */
const told = (reason: string, words: string): string =>
  `(${text(reason)} & ($states.errorOutput.Error in ["States.TaskFailed", ${text(shardFailed)}] ? "" : ${template` (${"$states.errorOutput.Error"})`}) & ": " & ${words})`

const refused = (reason: string, words: string): string =>
  `(${text(`${reason}, because AWS had no capacity for it, though it was asked for hours: `)} & ${words} & " Nothing is lost. Repeat the run when other jobs of the account have ended, or ask AWS for a higher quota of Glue.")`

/**
 * Characters of what a task said. A failure's cause has 32,768, ours holds these words as JSON text among others.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html
 */
const longestWords = 4000

/**
 * The way of every failure: describe it, notify once, end Failed with the description as the cause (`Failure` in
 * @pos/pipeline). It is entered with the variable `$failure`: error, reason, evidence.
 */
export const failing = (scope: Construct, props: StateMachineProps) => {
  const { notifications, settings } = props
  const describe = sfn.Pass.jsonata(scope, "DescribeFailure", {
    comment: "Gathers reason, evidence and the next command",
    assign: {
      description: {
        runId: jsonata("$runId"),
        dataset: jsonata("$dataset"),
        reason: jsonata("$failure.reason"),
        evidence: jsonata(`$append($failure.evidence, [${evidence(scope, props).join(", ")}])`),
        next: jsonata(nextCommand(settings)),
      },
    },
  })
  const notify = tasks.SnsPublish.jsonata(scope, "NotifyFailure", {
    comment: "Tells people, once",
    topic: notifications.topic,
    subject: jsonata(subject(template`POS ${text(settings.stage)}: run ${"$runId"} of ${"$dataset"} failed`)),
    message: sfn.TaskInput.fromText(
      jsonata(
        `$join($append($append([${template`Run ${"$runId"} of ${"$dataset"} failed.`}, $description.reason, "Evidence:"], $description.evidence), [${template`Next: ${"$description.next"}`}]), '\\n')`,
      ),
    ),
    taskTimeout: callTimeout,
    outputs: jsonata("$states.input"),
  })
  const failed = sfn.Fail.jsonata(scope, "Failed", {
    comment: "The cause is the description, as JSON",
    error: jsonata("$failure.error"),
    cause: jsonata("$string($description)"),
  })
  retryCall(notify, settings, "sns")
  // The run has failed, whether or not anyone could be told.
  notify.addCatch(failed, { errors: ["States.ALL"] })
  describe.next(notify).next(failed)

  /** `task` failing ends the run as `error`; `logs` is where the job that it runs writes. */
  const when = (task: sfn.TaskStateBase | sfn.Map, error: string, reason: string, logs?: JobLogs): void => {
    const said = logs === undefined ? "$states.errorOutput.Cause" : fromGlueCause("ErrorMessage")
    const words = `$substring(($said := ${said}; $exists($said) ? $said : $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : "no cause was given"), 0, ${longestWords})`
    const jobRun = fromGlueCause("Id")
    const assign = {
      failure: {
        error,
        reason: jsonata(
          logs === undefined
            ? told(reason, words)
            : `${isRefused} ? ${refused(reason, words)} : ${told(reason, words)}`,
        ),
        evidence: logs === undefined ? [] : jsonata(`($run := ${jobRun}; $exists($run) ? [${logCommand(logs)}] : [])`),
      },
    }
    if (logs !== undefined && task instanceof sfn.TaskStateBase) awaitCapacity(scope, settings, task, describe, assign)
    task.addCatch(describe, { errors: ["States.ALL"], outputs: jsonata("$states.input"), assign })
  }
  return { entry: describe, when }
}

/** The command that shows the log of the job run `$run`, as an expression. */
const logCommand = (logs: JobLogs): string => {
  const [before = "", after = ""] = tailCommand(logs, "$run").split("$run")
  return [text(`Log: ${before}`), "$run", ...(after === "" ? [] : [text(after)])].join(" & ")
}
