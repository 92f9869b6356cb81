import * as sfn from "aws-cdk-lib/aws-stepfunctions"
import type { Construct } from "constructs"
import { failing } from "./failure.ts"
import { jsonata, template, text } from "./expressions.ts"
import type { StateMachineProps } from "./props.ts"
import { makeTasks } from "./tasks.ts"

/** What every end that is no failure hands out; see `ExecutionOutput` in @pos/pipeline. */
const output = (outcome: "Succeeded" | "NothingNew") => ({
  outcome,
  runId: jsonata("$runId"),
  dataset: jsonata("$dataset"),
  eventTime: jsonata("$eventTime"),
  files: jsonata("$files"),
  rows: jsonata("$rows"),
  datesTouched: jsonata("$datesTouched"),
  tables: jsonata("$tables"),
})

/** The states and the ways between them. */
export const makeDefinition = (scope: Construct, props: StateMachineProps): sfn.IChainable => {
  const tasks = makeTasks(scope, props)
  const fail = failing(scope, props)

  const start = sfn.Pass.jsonata(scope, "Start", {
    comment: "Keeps the input in variables, and sets what a run that loads nothing reports",
    assign: {
      runId: jsonata("$states.input.runId"),
      eventTime: jsonata("$states.input.eventTime"),
      manifest: jsonata("$states.input.manifest"),
      // Those of earlier releases were all about the default one.
      dataset: jsonata(`$exists($states.input.dataset) ? $states.input.dataset : ${text(props.datasets.byDefault)}`),
      // So a run has one plan, whatever is deployed meanwhile: an execution goes on with the definition that it began with.
      plan: jsonata(`$exists($states.input.plan) ? $states.input.plan : ${text(props.jobs.validation.planUri)}`),
      // Executions that were started by hand, or before there were shards, do not say.
      shards: jsonata("$exists($states.input.shards) ? $states.input.shards : 1"),
      rows: { in: 0, appended: 0, duplicates: 0, conflicts: 0, updated: 0 },
      datesTouched: 0,
      tables: [],
    },
  })
  const succeeded = sfn.Succeed.jsonata(scope, "Succeeded", {
    comment: "New rows are in the tables",
    outputs: output("Succeeded"),
  })
  const nothingNew = sfn.Succeed.jsonata(scope, "NothingNew", {
    comment: "No row was new",
    outputs: output("NothingNew"),
  })
  const noValidFile = sfn.Pass.jsonata(scope, "NoValidFile", {
    comment: "A run that loads nothing because every file is bad is a failure",
    assign: {
      failure: {
        error: "Pos.NoValidFile",
        reason: jsonata(template`No file is valid, ${"$string($files.rejected)"} rejected: ${"$topReasons"}`),
        evidence: [],
      },
    },
  })

  fail.when(tasks.validate, "Pos.ValidationFailed", "The validation job failed", props.jobs.validation.logs)
  fail.when(tasks.readVerdicts, "Pos.NoValidationSummary", "The validation job left no summary that can be read")
  fail.when(tasks.load, "Pos.TransformationFailed", "The transformation job failed", props.jobs.transformation.logs)
  fail.when(tasks.readLoad, "Pos.NoTransformationSummary", "The transformation job left no summary that can be read")
  noValidFile.next(fail.entry)

  const loaded = sfn.Choice.jsonata(scope, "AnythingLoaded", {
    comment: "Every row may stand in the tables already",
  })
    .when(sfn.Condition.jsonata(jsonata("$outcome = 'nothing-new'")), nothingNew)
    .otherwise(succeeded)
  // What was loaded is loaded, whether or not anyone could be told of what was not.
  tasks.notifyConflicts.addCatch(loaded, { errors: ["States.ALL"] })
  const conflicting = sfn.Choice.jsonata(scope, "AnyConflict", {
    comment: "Rows whose ids the tables know with other values are kept out",
  })
    .when(sfn.Condition.jsonata(jsonata("$rows.conflicts > 0")), tasks.notifyConflicts.next(loaded))
    .otherwise(loaded)
  const load = tasks.load.next(tasks.readLoad).next(conflicting)

  tasks.notifyPartlyRejected.addCatch(tasks.load, { errors: ["States.ALL"] })
  const decide = sfn.Choice.jsonata(scope, "AnyValidFile", {
    comment: "Skipped files were dealt with by an earlier run",
  })
    .when(
      sfn.Condition.jsonata(jsonata("$files.valid > 0 and $files.rejected > 0")),
      tasks.notifyPartlyRejected.next(tasks.load),
    )
    .when(sfn.Condition.jsonata(jsonata("$files.valid > 0")), load)
    .when(sfn.Condition.jsonata(jsonata("$files.rejected = 0")), nothingNew)
    .otherwise(noValidFile)

  return start.next(tasks.validate).next(tasks.readVerdicts).next(decide)
}
