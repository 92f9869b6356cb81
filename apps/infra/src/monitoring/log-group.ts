import { RemovalPolicy } from "aws-cdk-lib"
import type * as kms from "aws-cdk-lib/aws-kms"
import * as logs from "aws-cdk-lib/aws-logs"
import type { Construct } from "constructs"
import { Option } from "effect"
import type { Settings } from "../settings/settings.ts"

/** CloudWatch knows retentions as an enumeration whose values are days. */
const retentionOf = (days: number): logs.RetentionDays => days

export interface LogGroupProps {
  readonly settings: Settings
  /** The stage's KMS key, if it has one; CloudWatch encrypts by itself otherwise. */
  readonly key: Option.Option<kms.IKey>
  readonly name: string
}

/** A log group of ours, kept for the stage's retention. Logs go with the stack. */
export const makeLogGroup = (scope: Construct, id: string, { key, name, settings }: LogGroupProps): logs.LogGroup =>
  new logs.LogGroup(scope, id, {
    logGroupName: name,
    retention: retentionOf(settings.logRetentionDays),
    removalPolicy: RemovalPolicy.DESTROY,
    encryptionKey: Option.getOrUndefined(key),
  })
