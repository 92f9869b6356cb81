import { Stack } from "aws-cdk-lib"
import type * as iam from "aws-cdk-lib/aws-iam"
import type { IConstruct } from "constructs"
import { acknowledge } from "./acknowledge.ts"

/** Adds a statement to a role. One with a `*` in it says why it cannot be narrower. */
export const allow = (role: iam.Role, statement: iam.PolicyStatement, whyWildcard?: string): void => {
  role.addToPolicy(statement)
  if (whyWildcard !== undefined) acceptWildcards(role, [...statement.actions, ...statement.resources], whyWildcard)
}

/** Accepts cdk-nag's findings about those of these actions and resources that hold a `*`. */
export const acceptWildcards = (
  construct: IConstruct,
  actionsAndResources: ReadonlyArray<string>,
  reason: string,
): void => {
  for (const one of actionsAndResources) {
    const shown = flat(Stack.of(construct).resolve(one))
    if (!shown.includes("*")) continue
    const kind = /^[a-z0-9-]+:[A-Za-z*]+$/.test(shown) ? "Action" : "Resource"
    acknowledge(construct, { [`AwsSolutions-IAM5[${kind}::${shown}]`]: reason })
  }
}

/** A resolved token as cdk-nag names it in a finding: `<LogicalId.Arn>/path/*`. */
const flat = (value: unknown): string => {
  if (typeof value === "string") return value
  if (typeof value !== "object" || value === null) return String(value)
  const [[name, content] = ["", undefined]] = Object.entries(value)
  if (name === "Ref") return `<${String(content)}>`
  if (name === "Fn::Sub" && typeof content === "string") return content.replaceAll(/\$\{([\w:]+)\}/g, "<$1>")
  if (name === "Fn::GetAtt" && Array.isArray(content)) return `<${content.join(".")}>`
  if (name === "Fn::Join" && Array.isArray(content) && Array.isArray(content[1])) {
    return content[1].map(flat).join(String(content[0]))
  }
  return JSON.stringify(value)
}
