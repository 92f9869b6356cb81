/** Every right that a template gives, one by one: who, which action, on what, under which condition. */
import { type Template, ofType } from "./fixture.ts"

export interface Grant {
  /** A role by its logical id without CDK's hash, or a service that acts under its own name. */
  readonly who: string
  readonly action: string
  /** As in the record of calls: `<StorageLake>/curated/sales/*`. */
  readonly resource: string
  readonly condition: unknown
  /** The statement as it stands, but for this one action on this one resource. */
  readonly statement: Readonly<Record<string, unknown>>
}

/** A statement of a policy, as a template has it. */
export interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: string | ReadonlyArray<string>
  readonly Resource: unknown
  readonly Condition?: unknown
  readonly Principal?: { readonly Service?: unknown; readonly AWS?: unknown } | "*"
}

/** What may stand alone or in a list, as a list. */
export const many = <A>(value: A | ReadonlyArray<A>): ReadonlyArray<A> => (Array.isArray(value) ? value : [value as A])

export const named = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, "")

/** A resource as the record writes it. */
export const written = (value: unknown): string => {
  const plain = flat(value)
    .replaceAll(/<(\w+)\.[\w.]+>/g, "<$1>")
    .replaceAll("arn:<AWS::Partition>:", "arn:aws:")
    .replaceAll("<AWS::Region>:<AWS::AccountId>", "{here}")
    .replaceAll("${AWS::AccountId}-${AWS::Region}", "{here}")
  return plain.replace(/(cdk-\w+-assets-\{here\})\/[0-9a-f]{32}\/(?:\S*(?=\.(?:whl|jar)$))?/, "$1/{hash}/")
}

/** A resource as one text: `<Bucket.Arn>/runs/*`. Names lose the hash that CDK adds. */
export const flat = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return String(value)
  const [[name, content] = ["", undefined]] = Object.entries(value as object)
  if (name === "Fn::Join") return (content as [string, ReadonlyArray<unknown>])[1].map(flat).join("")
  if (name === "Fn::Sub") return String(content)
  const [id = "", ...attribute] = many(content).map(String)
  return `<${[id.includes("::") ? id : named(id), ...attribute].join(".")}>`
}

const grantsOf = (who: string, statements: ReadonlyArray<Statement>, own?: string): ReadonlyArray<Grant> =>
  statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap((statement) =>
      many(statement.Action).flatMap((action) =>
        many(statement.Resource).map((resource) => ({
          who,
          action,
          resource: own ?? written(resource),
          condition: statement.Condition,
          statement: { ...statement, Action: action, Resource: resource },
        })),
      ),
    )

/** The rights of roles. */
export const rightsOfRoles = (template: Template): ReadonlyArray<Grant> =>
  ofType(template, "AWS::IAM::Policy").flatMap(([, { Properties }]) =>
    (Properties.Roles as ReadonlyArray<{ readonly Ref: string }>).flatMap(({ Ref }) =>
      grantsOf(named(Ref), Properties.PolicyDocument.Statement as ReadonlyArray<Statement>),
    ),
  )

const policies: Readonly<Record<string, readonly [document: string, resource?: string]>> = {
  "AWS::S3::BucketPolicy": ["PolicyDocument"],
  "AWS::SQS::QueuePolicy": ["PolicyDocument"],
  "AWS::SNS::TopicPolicy": ["PolicyDocument"],
  "AWS::KMS::Key": ["KeyPolicy"],
}

/** A function has its policy as resources of their own, a statement each. */
const permissions = (template: Template): ReadonlyArray<Grant> =>
  ofType(template, "AWS::Lambda::Permission").flatMap(([, { Properties }]) =>
    grantsOf(String(Properties.Principal), [
      {
        Effect: "Allow",
        Action: Properties.Action,
        Resource: Properties.FunctionName,
        Condition: Properties.SourceArn,
      },
    ]),
  )

/** What a resource's own policy lets services and others do. */
export const rightsByResources = (template: Template): ReadonlyArray<Grant> => [
  ...permissions(template),
  ...Object.entries(policies).flatMap(([type, [document]]) =>
    ofType(template, type).flatMap(([id, { Properties }]) =>
      (Properties[document].Statement as ReadonlyArray<Statement>).flatMap((statement) =>
        principals(statement).flatMap((who) =>
          grantsOf(who, [statement], type === "AWS::KMS::Key" ? `<${named(id)}>` : undefined),
        ),
      ),
    ),
  ),
]

const principals = ({ Principal }: Statement): ReadonlyArray<string> => {
  if (typeof Principal !== "object") return [String(Principal)]
  return [...many(Principal.Service ?? []), ...many(Principal.AWS ?? [])].map(written)
}

/** What a policy says of a resource, as a pattern of the whole. */
export const covers = ({ resource }: Pick<Grant, "resource">, called: string): boolean =>
  new RegExp(
    `^${resource
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(called)
