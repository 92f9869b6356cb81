/** Statements of policies, as a template has them. */

export interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: string | ReadonlyArray<string>
  readonly Resource: unknown
  readonly Condition?: unknown
  readonly Principal?: unknown
}

/** A resource as one text: `<Bucket.Arn>/runs/*`. Names lose the hash that CDK adds. */
export const flat = (value: unknown): string => {
  if (typeof value === "string") return value
  const [[name, content] = ["", undefined]] = Object.entries(value as object)
  if (name === "Fn::Join") return (content as [string, ReadonlyArray<unknown>])[1].map(flat).join("")
  const named = Array.isArray(content) ? content.join(".") : String(content)
  return `<${named.replace(/[0-9A-F]{8}(?=\.|$)/, "")}>`
}

/** What may stand alone or in a list, as a list. */
export const many = <A>(value: A | ReadonlyArray<A>): ReadonlyArray<A> => (Array.isArray(value) ? value : [value as A])
