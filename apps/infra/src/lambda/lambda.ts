/** What the platform's Lambdas have in common: a log group and a role of their own, Node, JSON logs and traces. */
import type { Duration } from "aws-cdk-lib"
import * as iam from "aws-cdk-lib/aws-iam"
import * as lambda from "aws-cdk-lib/aws-lambda"
import type * as logs from "aws-cdk-lib/aws-logs"
import type { Construct } from "constructs"
import { makeLogGroup } from "../monitoring/log-group.ts"
import { acceptWildcards } from "../security/allow.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"

export interface LambdaIdentity {
  readonly functionName: string
  readonly role: iam.Role
  readonly logGroup: logs.LogGroup
}

export interface IdentityProps {
  readonly settings: Settings
  readonly storage: Storage
  /** The function's name is the stack's and this. */
  readonly name: string
  /** What the role is for. */
  readonly purpose: string
}

/** A function's name, its log group, and its role, which may write that log and nothing else so far. */
export const makeIdentity = (scope: Construct, id: string, props: IdentityProps): LambdaIdentity => {
  const { settings, storage } = props
  const functionName = `${settings.stackName}-${props.name}`
  const logGroup = makeLogGroup(scope, `${id}Logs`, {
    settings,
    key: storage.encryption.key,
    name: `/aws/lambda/${functionName}`,
  })
  const role = new iam.Role(scope, `${id}Role`, {
    assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    description: `${settings.stackName}: ${props.purpose}`,
  })
  logGroup.grantWrite(role)
  return { functionName, role, logGroup }
}

export interface FunctionProps extends LambdaIdentity {
  readonly description: string
  readonly architecture: lambda.Architecture
  /** The folder of the bundle, whose `index.mjs` exports `handler`. */
  readonly bundle: string
  readonly timeout: Duration
  /** MB. */
  readonly memorySize: number
  readonly environment: Record<string, string>
}

/** The function, once its role has its rights. */
export const makeFunction = (
  scope: Construct,
  id: string,
  { bundle, role, ...props }: FunctionProps,
): lambda.Function => {
  const made = new lambda.Function(scope, id, {
    ...props,
    role,
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: lambda.Code.fromAsset(bundle),
    loggingFormat: lambda.LoggingFormat.JSON,
    tracing: lambda.Tracing.ACTIVE,
  })
  acceptWildcards(role, ["*"], "X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords allow only *.")
  return made
}
