import * as sfn from "aws-cdk-lib/aws-stepfunctions"
import type { Construct } from "constructs"
import type { Settings } from "../settings/settings.ts"
import { fromGlueCause, jsonata, text } from "./expressions.ts"

/**
 * What Glue gives as the reason of a run that it had no room for. Such a run ends FAILED like one whose script failed, so
 * that only these words tell them apart.
 * https://docs.aws.amazon.com/glue/latest/dg/job-run-statuses.html and
 * https://docs.aws.amazon.com/glue/latest/dg/glue-troubleshooting-errors.html
 */
const refusal = "/exceeded maximum concurrent compute capacity|resource unavailable|max(imum)? concurrent .*exceeded/i"

/** Whether the error of a task, which ran a Glue job, is that there was no capacity for the run. */
export const isRefused = `($said := ${fromGlueCause("ErrorMessage")}; $exists($said) and $contains($said, ${refusal}))`

/** A run is asked for again so often. With the waits below that is three hours in the middle, and four at most. */
const attempts = 12

/** Seconds: one minute, each wait twice as long as the last, at most half an hour; each is at least half of that. */
const seconds = (settings: Settings): string =>
  settings.local ? "1" : "$round($min([1800, 60 * $power(2, $states.input.refusals - 1)]) * (0.5 + $random() / 2))"

/**
 * Waits for capacity, and runs the task again, when Glue had none for its job; any other failed run goes to `otherwise`.
 * Which of the two it is stands in the cause of the error, and retriers see only its name.
 *
 * Not by Glue's own queue (JobRunQueuingEnabled): it gives up after fifteen minutes, and a run that waits in it uses up
 * the time that the state allows for the work.
 *
 * The task's input must be an object. What is known of refusals is kept in it, since a variable of this name could not
 * be assigned within a Map.
 */
export const awaitCapacity = (
  scope: Construct,
  settings: Settings,
  task: sfn.TaskStateBase,
  otherwise: sfn.State,
  assign?: Record<string, unknown>,
): void => {
  const wait = sfn.Wait.jsonata(scope, `Await${task.id}Capacity`, {
    comment: "One minute, each time twice as long, at most half an hour; each a random half shorter",
    time: sfn.WaitTime.seconds(jsonata(seconds(settings))),
  })
  wait.next(task)
  const decide = sfn.Choice.jsonata(scope, `Is${task.id}Refused`, {
    comment: "Glue may have had no capacity for the run, which has nothing to do with the job",
  })
    .when(sfn.Condition.jsonata(jsonata(`$states.input.refused and $states.input.refusals <= ${attempts}`)), wait)
    .otherwise(otherwise)
  task.addCatch(decide, {
    errors: [sfn.Errors.TASKS_FAILED],
    outputs: jsonata(
      `$merge([$states.input, {"refused": ${isRefused}, "refusals": ($exists($states.input.refusals) ? $states.input.refusals : 0) + 1, "error": $states.errorOutput.Error, "cause": $states.errorOutput.Cause}])`,
    ),
    ...(assign === undefined ? {} : { assign }),
  })
}

/** How a shard's failure is named that has no name of its own; names that begin with `States.` are not ours to give. */
export const shardFailed = "Pos.ShardFailed"

/** Fails the shard, and with it the Map, with what its job said. */
export const failShard = (scope: Construct): sfn.Fail =>
  sfn.Fail.jsonata(scope, "ShardFailed", {
    comment: "Ends all shards of the run",
    error: jsonata(`$substring($states.input.error, 0, 7) = "States." ? ${text(shardFailed)} : $states.input.error`),
    cause: jsonata(`$exists($states.input.cause) ? $states.input.cause : "no cause was given"`),
  })
