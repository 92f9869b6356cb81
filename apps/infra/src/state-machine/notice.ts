import { Stack } from "aws-cdk-lib"
import type { Construct } from "constructs"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"
import { runKey, template, text } from "./expressions.ts"

/** The command that shows a run, for people who read a notification. `$runId` is the run's. */
export const nextCommand = (settings: Settings): string =>
  settings.local
    ? template`npx pos runs ${"$runId"}`
    : template`npx pos runs ${"$runId"} --stack ${text(settings.stackName)}`

/** JSONata expressions of what proves a run's end: S3 URIs, and the execution in the console. */
export const evidence = (scope: Construct, storage: Storage): ReadonlyArray<string> => {
  const { region } = Stack.of(scope)
  const { rejected, results } = storage
  const inResults = (key: string) => template`s3://${text(results.bucketName)}/${key}`
  return [
    template`Manifest: ${"$manifest"}`,
    template`Summary: ${inResults(runKey("validationSummary"))}`,
    template`Verdicts, a line a file: ${inResults(runKey("fileVerdicts"))}`,
    template`Rejected files and their reports: s3://${text(rejected.bucketName)}/date=${"$substringBefore($eventTime, 'T')"}/run=${"$runId"}/`,
    template`Execution: https://${text(region)}.console.aws.amazon.com/states/home?region=${text(region)}#/v2/executions/details/${"$states.context.Execution.Id"}`,
  ]
}

/** The five most frequent reasons, as words; `$reasons` are the validation summary's. */
export const topReasons =
  "$join($reasons[severity = 'error']^(>rows)[[0..4]].(code & ($exists(column) and column != null ? ' in ' & column : '') & ' (' & $string(files) & ' files, ' & $string(rows) & ' rows)'), '; ')"
