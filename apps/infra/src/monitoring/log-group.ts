import { RemovalPolicy } from "aws-cdk-lib"
import * as logs from "aws-cdk-lib/aws-logs"
import type { Construct } from "constructs"
import type { Settings } from "../settings/settings.ts"

/** CloudWatch knows retentions as an enumeration whose values are days. */
const retentionOf = (days: number): logs.RetentionDays => days

/** A log group of ours: kept for the stage's retention, encrypted by CloudWatch itself. Logs go with the stack. */
export const makeLogGroup = (scope: Construct, id: string, settings: Settings, name: string): logs.LogGroup =>
  new logs.LogGroup(scope, id, {
    logGroupName: name,
    retention: retentionOf(settings.logRetentionDays),
    removalPolicy: RemovalPolicy.DESTROY,
  })
