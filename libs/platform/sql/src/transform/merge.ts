import type { Merge } from "./schema.ts"

/** Clauses by the predicate that a source row must meet; `null` is no condition, absence no clause. */
export interface Clauses {
  readonly update?: string | null
  readonly delete?: string
  readonly insert?: string
}

const ALWAYS = "true"

/** A MERGE of rows `s` into a table `t` that reads no partition but the named dates. */
export const merge = (given: {
  readonly partition: string
  readonly key: ReadonlyArray<string>
  /** Columns of the key that may be NULL, which equals NULL then. */
  readonly optional?: ReadonlyArray<string>
  readonly set: ReadonlyArray<string>
  readonly identifier: (name: string) => string
  readonly clauses: Clauses
}): Merge => {
  const { clauses, identifier } = given
  const equal = given.key.map((name) => {
    const operator = given.optional?.includes(name) ? "IS NOT DISTINCT FROM" : "="
    return `t.${identifier(name)} ${operator} s.${identifier(name)}`
  })
  return {
    on: [`t.${identifier(given.partition)} IN ({dates})`, ...equal].join(" AND "),
    update: clauses.update === undefined ? null : (clauses.update ?? ALWAYS),
    delete: clauses.delete ?? null,
    insert: clauses.insert ?? null,
    set: Object.fromEntries(given.set.map((name) => [name, `s.${identifier(name)}`])),
  }
}
