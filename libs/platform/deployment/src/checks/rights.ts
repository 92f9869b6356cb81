/**
 * Whether the roles still have the rights that the stack gave them, asked of IAM itself: a policy that somebody changed, a
 * permissions boundary or an organisation's policy may take away what the template grants.
 */
import { type ContextEntry, type ContextKeyTypeEnum, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam"
import { call } from "@pos/aws"
import { Effect } from "effect"
import { type Check, listed, Problem } from "../check.ts"
import { Clients } from "../clients.ts"
import { Deployment } from "../deployment.ts"
import { counted } from "../internal/text.ts"
import { type Place, resolved, type Template } from "../template.ts"

/** One request that a role must be allowed to make. */
export interface Right {
  /** The role's name in the account. */
  readonly role: string
  readonly actions: ReadonlyArray<string>
  readonly resource: string
  readonly context: Readonly<Record<string, string>>
}

type Properties = Readonly<Record<string, unknown>>

const several = (value: unknown): ReadonlyArray<unknown> =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** A pattern's asterisks, and what it leaves open, filled in: a name that it matches. */
const example = (pattern: string): string =>
  pattern === "*" ? pattern : pattern.replaceAll("*", "smoke").replaceAll("?", "0")

/** The condition keys with values that fulfil the conditions; `undefined` when an operator is none that is known here. */
const fulfilling = (conditions: unknown): Readonly<Record<string, string>> | undefined => {
  const context: Record<string, string> = {}
  for (const [operator, keys] of Object.entries((conditions ?? {}) as Properties)) {
    if (!/^(ForAnyValue:|ForAllValues:)?(String(Equals|Like)|Arn(Equals|Like)|Bool)(IfExists)?$/.test(operator))
      return undefined
    for (const [key, values] of Object.entries(keys as Properties)) {
      const [first] = several(values)
      if (typeof first !== "string") return undefined
      context[key] = example(first)
    }
  }
  return context
}

/** Every right that the template's policies give to its roles; `left` are statements whose conditions can't be met here. */
export const rightsOf = (
  template: Template,
  place: Place,
): { readonly rights: ReadonlyArray<Right>; readonly left: number } => {
  const rights: Array<Right> = []
  let left = 0
  for (const { Properties: properties = {}, Type } of Object.values(template.Resources)) {
    if (Type !== "AWS::IAM::Policy") continue
    const { PolicyDocument, Roles } = resolved(properties, place) as Properties
    for (const statement of several(
      (PolicyDocument as Properties | undefined)?.["Statement"],
    ) as ReadonlyArray<Properties>) {
      if (statement["Effect"] !== "Allow") continue
      const context = fulfilling(statement["Condition"])
      const resources = several(statement["Resource"])
      if (context === undefined || resources.some((one) => typeof one !== "string")) {
        left += 1
        continue
      }
      for (const role of several(Roles).filter((one) => typeof one === "string")) {
        for (const resource of resources) {
          rights.push({
            role,
            actions: several(statement["Action"]).map((one) => example(String(one))),
            resource: example(String(resource)),
            context,
          })
        }
      }
    }
  }
  return { rights, left }
}

export const rights: Check<Deployment | Clients> = {
  name: "rights",
  title: "roles have the rights that the stack gives",
  prove: Effect.gen(function* () {
    const { identity, region, resources, stack, template } = yield* Deployment
    const { account } = yield* identity
    const place: Place = { account, region, resources: yield* resources }
    const { left, rights: given } = rightsOf(yield* template, place)
    const refused = yield* Effect.forEach(given, (right) => refusals(right, account), { concurrency: 2 })
    const faults = [...new Set(refused.flat())]
    const actions = given.reduce((sum, right) => sum + right.actions.length, 0)
    const roles = new Set(given.map(({ role }) => role)).size
    const rest = left === 0 ? "" : `; ${counted(left, "statement")} with conditions that only a real request meets`
    if (faults.length === 0) return `${counted(actions, "request")} of ${counted(roles, "role")} allowed${rest}`
    return yield* new Problem({
      what: `IAM refuses what ${stack} needs: ${listed(faults)}.`,
      next: "Give the right back (a policy that was changed by hand, a permissions boundary, an organisation's policy), or deploy the stack again.",
    })
  }),
}

const refusals = Effect.fnUntraced(function* ({ actions, context, resource, role }: Right, account: string) {
  const { iam } = yield* Clients
  const entries = Object.entries(context).map(([name, value]): ContextEntry => ({
    ContextKeyName: name,
    ContextKeyValues: [value],
    ContextKeyType: "string" satisfies ContextKeyTypeEnum,
  }))
  const { EvaluationResults = [] } = yield* call(`simulating the policies of ${role}`, (signal) =>
    iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${account}:role/${role}`,
        ActionNames: [...actions],
        ResourceArns: [resource],
        ContextEntries: entries,
      }),
      signal,
    ),
  )
  return EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== "allowed").map(
    ({ EvalActionName, EvalDecision }) => `${role} may not ${EvalActionName} on ${resource} (${EvalDecision})`,
  )
})
