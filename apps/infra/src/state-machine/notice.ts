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

/**
 * A subject within the 100 characters that SNS takes; what comes last may be cut off.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const subject = (words: string): string => `$substring(${words}, 0, 99)`

interface Context {
  readonly settings: Settings
  readonly storage: Storage
}

/** JSONata expressions of what proves a run's end: S3 URIs, and the execution in the console. */
export const evidence = (scope: Construct, { settings, storage }: Context): ReadonlyArray<string> => {
  const { region } = Stack.of(scope)
  const { rejected, results } = storage
  const inResults = (key: string) => template`s3://${text(results.bucketName)}/${key}`
  return [
    template`Manifest: ${"$manifest"}`,
    template`Summary: ${inResults(runKey("validationSummary"))}`,
    template`Verdicts, a line a file: ${inResults(runKey("fileVerdicts"))}`,
    template`Rejected files and their reports: s3://${text(rejected.bucketName)}/date=${"$substringBefore($eventTime, 'T')"}/run=${"$runId"}/`,
    settings.local
      ? template`Execution: ${"$states.context.Execution.Id"}`
      : template`Execution: https://${text(region)}.console.aws.amazon.com/states/home?region=${text(region)}#/v2/executions/details/${"$states.context.Execution.Id"}`,
  ]
}

/**
 * The five most frequent errors of a validation summary as words, and empty when there are none. An empty list is
 * nothing at all in JSONata, hence the question whether it exists.
 */
export const topReasons = (reasons: string): string =>
  [
    `($errors := ${reasons}[severity = 'error']^(>rows)`,
    "$words := $errors[[0..4]].(code & (column = null ? '' : ' in ' & column) & ' (files: ' & $string(files) & ', rows: ' & $string(rows) & ')')",
    "$exists($words) ? $join($words, '; ') : '')",
  ].join("; ")
