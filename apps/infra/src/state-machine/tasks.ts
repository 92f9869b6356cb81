import { jobArguments, runLayout } from "@pos/pipeline"
import { Duration } from "aws-cdk-lib"
import * as sfn from "aws-cdk-lib/aws-stepfunctions"
import * as tasks from "aws-cdk-lib/aws-stepfunctions-tasks"
import type { Construct } from "constructs"
import { awaitCapacity, failShard } from "./capacity.ts"
import { jsonata, runKey, template, text } from "./expressions.ts"
import { GlueJobRun } from "./glue-job-run.ts"
import { evidence, nextCommand, subject, topReasons } from "./notice.ts"
import { retryCall, retryJob } from "./retries.ts"
import type { StateMachineProps } from "./props.ts"

/** A service's answer to one call takes seconds; more means that something is broken. */
export const callTimeout = sfn.Timeout.duration(Duration.minutes(1))

/** The tasks, each with its retries; who catches their failures is the definition's affair. */
export const makeTasks = (scope: Construct, props: StateMachineProps) => {
  const { jobs, notifications, settings, storage } = props

  const read = (
    id: string,
    comment: string,
    document: "validationSummary" | "transformationSummary",
    assign: Readonly<Record<string, string>>,
  ) => {
    const task = tasks.CallAwsService.jsonata(scope, id, {
      comment,
      service: "s3",
      action: "getObject",
      iamResources: [storage.results.arnForObjects(runLayout("*")[document])],
      parameters: { Bucket: storage.results.bucketName, Key: jsonata(runKey(document)) },
      taskTimeout: callTimeout,
      assign,
      outputs: jsonata("$states.input"),
    })
    retryCall(task, settings, "s3")
    return task
  }

  const validateShard = new GlueJobRun(scope, "ValidateShard", {
    comment: "Judges every file of the shard; whichever run finds all shards judged sums them up",
    jobName: jobs.validation.jobName,
    runArguments: jobArguments({
      run_id: jsonata("$runId"),
      run_plan: jsonata("$plan"),
      manifest: jsonata("$manifest"),
      shard: jsonata("$string($states.input.shard)"),
      shards: jsonata("$string($shards)"),
    }),
    limit: Duration.hours(2),
    slowAfter: Duration.minutes(30),
  })
  retryJob(validateShard, settings)
  awaitCapacity(scope, settings, validateShard, failShard(scope))
  const validate = sfn.Map.jsonata(scope, "Validate", {
    comment: "One run of the validation job for each shard of the manifest; most manifests are one shard",
    items: sfn.ProvideItems.jsonata(jsonata("[0..$shards - 1]")),
    itemSelector: { shard: jsonata("$states.context.Map.Item.Value") },
    maxConcurrency: jobs.validation.maxConcurrentRuns,
    outputs: jsonata("$states.input"),
  }).itemProcessor(validateShard)

  const readVerdicts = read("ReadVerdicts", "The summary is small whatever the input", "validationSummary", {
    files: jsonata("$parse($states.result.Body).files"),
    topReasons: jsonata(topReasons("$parse($states.result.Body).reasons")),
  })

  const notifyPartlyRejected = tasks.SnsPublish.jsonata(scope, "NotifyPartlyRejected", {
    comment: "Some files were rejected; the others are loaded all the same",
    topic: notifications.topic,
    subject: jsonata(
      subject(template`POS ${text(settings.stage)}: files rejected in run ${"$runId"} of ${"$dataset"}`),
    ),
    message: sfn.TaskInput.fromText(
      jsonata(
        `$join([${[
          template`Run ${"$runId"} of ${"$dataset"}: ${"$string($files.rejected)"} of ${"$string($files.total)"} files were rejected; the valid ones are being loaded.`,
          template`Reasons: ${"$topReasons"}`,
          text("Evidence:"),
          ...evidence(scope, props),
          template`Next: ${nextCommand(settings)}`,
        ].join(", ")}], '\\n')`,
      ),
    ),
    taskTimeout: callTimeout,
    outputs: jsonata("$states.input"),
  })
  retryCall(notifyPartlyRejected, settings, "sns")

  const load = new GlueJobRun(scope, "Load", {
    comment: "Appends new rows and recomputes the KPIs; one run at a time",
    jobName: jobs.transformation.jobName,
    runArguments: jobArguments({ run_id: jsonata("$runId"), run_plan: jsonata("$plan") }),
    limit: Duration.hours(8),
    slowAfter: Duration.hours(1),
  })
  retryJob(load, settings)

  const readLoad = read("ReadLoad", "What the load did", "transformationSummary", {
    outcome: jsonata("$parse($states.result.Body).outcome"),
    rows: jsonata("$parse($states.result.Body).rows"),
    datesTouched: jsonata("$parse($states.result.Body).datesTouched"),
    // An array even of one.
    tables: jsonata("[$parse($states.result.Body).tables]"),
  })

  const notifyConflicts = tasks.SnsPublish.jsonata(scope, "NotifyConflicts", {
    comment: "Rows were kept out, whose ids the tables know with other values",
    topic: notifications.topic,
    subject: jsonata(subject(template`POS ${text(settings.stage)}: rows kept out in run ${"$runId"} of ${"$dataset"}`)),
    message: sfn.TaskInput.fromText(
      jsonata(
        `$join([${[
          template`Run ${"$runId"} of ${"$dataset"}: ${"$string($rows.conflicts)"} of ${"$string($rows.in)"} rows were kept out of the tables, because their ids are there already with other values.`,
          template`What stood there first stays. The other rows: ${"$string($rows.appended)"} new, ${"$string($rows.duplicates)"} there already.`,
          text("Evidence:"),
          template`Load: s3://${text(storage.results.bucketName)}/${runKey("transformationSummary")}`,
          ...evidence(scope, props),
          template`Next, to see both versions of each row: ${nextCommand(settings)}`,
        ].join(", ")}], '\\n')`,
      ),
    ),
    taskTimeout: callTimeout,
    outputs: jsonata("$states.input"),
  })
  retryCall(notifyConflicts, settings, "sns")

  return {
    validate,
    readVerdicts,
    notifyPartlyRejected,
    load,
    readLoad,
    notifyConflicts,
  }
}
