/** The template's policies as AWS sees them, every reference replaced, and what they answer to a request. */
import { runSimulation } from "@cloud-copilot/iam-simulate"
import { type Template, ofType } from "./fixture.ts"

export const account = "123456789012"
export const region = "eu-west-1"

const pseudo: Readonly<Record<string, string>> = {
  "AWS::Partition": "aws",
  "AWS::AccountId": account,
  "AWS::Region": region,
}

/** A resource's ARN, made from its logical id where CloudFormation would choose a name. */
export const arnOf = (template: Template, id: string): string => {
  const resource = template.Resources[id]
  const name = nameOf(id)
  switch (resource?.Type) {
    case "AWS::S3::Bucket":
      return `arn:aws:s3:::${name}`
    case "AWS::KMS::Key":
      return `arn:aws:kms:${region}:${account}:key/${name}`
    case "AWS::SQS::Queue":
      return `arn:aws:sqs:${region}:${account}:${name}`
    case "AWS::IAM::Role":
      return `arn:aws:iam::${account}:role/${name}`
    case "AWS::SNS::Topic":
      return `arn:aws:sns:${region}:${account}:${name}`
    case "AWS::StepFunctions::StateMachine":
      return `arn:aws:states:${region}:${account}:stateMachine:${name}`
    default:
      return `arn:aws:unknown:${region}:${account}:${name}`
  }
}

const nameOf = (id: string) => id.toLowerCase()

/**
 * A condition key whose name ends in a name of one's own, and one of the same kind in its place: the simulator knows the
 * former by a pattern only, and leaves it out of a request.
 */
const aliases: Readonly<Record<string, string>> = {
  "kms:EncryptionContext:aws:s3:arn": "aws:PrincipalTag/S3ArnInEncryptionContext",
}

const aliased = (given: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [aliases[name] ?? name, value]))

/** Ref, GetAtt and Join replaced, everywhere. */
export const resolved = (template: Template, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => resolved(template, one))
  if (typeof value !== "object" || value === null) return value
  const { "Fn::GetAtt": attribute, "Fn::Join": join, "Fn::Sub": sub, Ref: ref } = value as Record<string, unknown>
  if (typeof sub === "string") return sub.replaceAll(/\$\{(.*?)\}/g, (_, name: string) => pseudo[name] ?? name)
  if (typeof ref === "string") return pseudo[ref] ?? (ref in template.Resources ? referenceOf(template, ref) : ref)
  if (Array.isArray(attribute)) return arnOf(template, String(attribute[0]))
  if (Array.isArray(join)) return (resolved(template, join[1]) as ReadonlyArray<string>).join(String(join[0]))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [aliases[name] ?? name, resolved(template, one)]),
  )
}

const referenceOf = (template: Template, id: string) =>
  /^AWS::(SNS::Topic|StepFunctions::StateMachine)$/.test(template.Resources[id]?.Type ?? "")
    ? arnOf(template, id)
    : nameOf(id)

interface Document {
  readonly Version: string
  readonly Statement: ReadonlyArray<unknown>
}

/** The logical id of the only resource of that type whose id begins so. */
export const idOf = (template: Template, type: string, beginning: string): string => {
  const found = ofType(template, type).filter(([id]) => id.startsWith(beginning))
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} begin with ${beginning}`)
  return found[0]![0]
}

export const bucketArn = (template: Template, name: string) =>
  arnOf(template, idOf(template, "AWS::S3::Bucket", `Storage${name}`))

export const keyArn = (template: Template, name: string) => arnOf(template, idOf(template, "AWS::KMS::Key", name))

export interface Request {
  /** Where the role's logical id begins. */
  readonly role: string
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, string>>
}

/** Whether the role's policies and the resource's own allow it. */
export const answerTo = async (template: Template, { action, context = {}, resource, role }: Request) => {
  const roleId = idOf(template, "AWS::IAM::Role", role)
  const ofRole = ofType(template, "AWS::IAM::Policy").filter(([, { Properties }]) =>
    (Properties.Roles as ReadonlyArray<{ readonly Ref: string }>).some(({ Ref }) => Ref === roleId),
  )
  const resourcePolicy = policyOf(template, resource)
  const answer = await runSimulation(
    {
      identityPolicies: ofRole.map(([name, { Properties }]) => ({
        name,
        policy: resolved(template, Properties.PolicyDocument),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      request: {
        principal: arnOf(template, roleId),
        action,
        resource: { accountId: account, resource },
        contextVariables: { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", ...aliased(context) },
      },
    },
    {},
  )
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors))
  return answer.overallResult
}

/** Whether this statement alone would let the role do it. */
export const answerToOne = async (
  template: Template,
  statement: unknown,
  { action, context = {}, resource, role }: Request,
): Promise<boolean> => {
  const policy = { Version: "2012-10-17", Statement: [resolved(template, statement)] }
  const answer = await runSimulation(
    {
      identityPolicies: [{ name: "one", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      request: {
        principal: arnOf(template, idOf(template, "AWS::IAM::Role", role)),
        action,
        resource: { accountId: account, resource },
        contextVariables: aliased(context),
      },
    },
    {},
  )
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors))
  return answer.overallResult === "Allowed"
}

const policyOf = (template: Template, resource: string): Document | undefined => {
  const bucket = ofType(template, "AWS::S3::BucketPolicy").find(
    ([, { Properties }]) => resource.split("/")[0] === `arn:aws:s3:::${String(resolved(template, Properties.Bucket))}`,
  )
  if (bucket !== undefined) return resolved(template, bucket[1].Properties.PolicyDocument) as Document
  const key = ofType(template, "AWS::KMS::Key").find(([id]) => arnOf(template, id) === resource)
  return key === undefined ? undefined : (resolved(template, key[1].Properties.KeyPolicy) as Document)
}
