/** CloudFormation templates: what differs between two, and what references stand for once deployed. Pure. */
import { Schema } from "effect"

/** Of a template, its resources. */
export const Template = Schema.Struct({
  Resources: Schema.Record(
    Schema.String,
    Schema.Struct({
      Type: Schema.String,
      Properties: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
    }),
  ),
})
export type Template = typeof Template.Type

/** A deployed resource: its name in the template, and what AWS calls it. */
export interface Resource {
  readonly id: string
  readonly physicalId: string
  readonly type: string
}

/** The resources in which two templates differ, by their names. */
export const differing = (one: Template, other: Template): ReadonlyArray<string> => {
  const ids = new Set([...Object.keys(one.Resources), ...Object.keys(other.Resources)])
  return [...ids].filter((id) => canonical(one.Resources[id]) !== canonical(other.Resources[id])).toSorted()
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  ) ?? "absent"

/** Where the stack is, for the parameters that CloudFormation fills in. */
export interface Place {
  readonly account: string
  readonly region: string
  readonly resources: ReadonlyArray<Resource>
}

/** The value with every reference replaced; `undefined` in place of what can't be told from outside. */
export const resolved = (value: unknown, place: Place): unknown => {
  if (Array.isArray(value)) return value.map((one) => resolved(one, place))
  if (typeof value !== "object" || value === null) return value
  const { "Fn::GetAtt": attribute, "Fn::Join": join, "Fn::Sub": sub, Ref: ref } = value as Record<string, unknown>
  if (typeof ref === "string") return reference(ref, place)
  if (Array.isArray(attribute)) return attributeOf(String(attribute[0]), String(attribute[1]), place)
  if (typeof sub === "string") return substituted(sub, place)
  if (Array.isArray(join)) {
    const parts = (join[1] as ReadonlyArray<unknown>).map((one) => resolved(one, place))
    return parts.every((part) => typeof part === "string") ? parts.join(String(join[0])) : undefined
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolved(one, place)]))
}

const partition = (region: string) => (region.startsWith("cn-") ? "aws-cn" : "aws")

const reference = (name: string, { account, region, resources }: Place): string | undefined =>
  ({
    "AWS::AccountId": account,
    "AWS::Partition": partition(region),
    "AWS::Region": region,
    "AWS::URLSuffix": "amazonaws.com",
  })[name] ?? resources.find(({ id }) => id === name)?.physicalId

const substituted = (text: string, place: Place): string | undefined => {
  const parts = text.split(/\$\{([\w:]+)\}/)
  const values = parts.map((part, at) => (at % 2 === 0 ? part : reference(part, place)))
  return values.every((one) => one !== undefined) ? values.join("") : undefined
}

/** Only ARNs are asked for. */
const attributeOf = (id: string, attribute: string, { account, region, resources }: Place): string | undefined => {
  const found = resources.find((resource) => resource.id === id)
  if (found === undefined || attribute !== "Arn") return undefined
  const { physicalId, type } = found
  if (physicalId.startsWith("arn:")) return physicalId
  const arn = (service: string, resource: string, where = `${region}:${account}`) =>
    `arn:${partition(region)}:${service}:${where}:${resource}`
  switch (type) {
    case "AWS::S3::Bucket":
      return arn("s3", physicalId, ":")
    case "AWS::IAM::Role":
      return arn("iam", `role/${physicalId}`, `:${account}`)
    case "AWS::KMS::Key":
      return arn("kms", `key/${physicalId}`)
    case "AWS::SQS::Queue":
      return arn("sqs", physicalId.split("/").at(-1) ?? "")
    case "AWS::Lambda::Function":
      return arn("lambda", `function:${physicalId}`)
    case "AWS::Logs::LogGroup":
      return arn("logs", `log-group:${physicalId}:*`)
    default:
      return undefined
  }
}
