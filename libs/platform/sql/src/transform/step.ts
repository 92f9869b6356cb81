import { referenceRelation } from "../tables.ts"
import { relations } from "./input.ts"
import type { Merge, Step } from "./schema.ts"

const KNOWN: ReadonlySet<string> = new Set(Object.values(relations))

/** What the relations of reference tables begin with. */
const REFERENCE = referenceRelation("")

/** The relations that a statement reads, each once. */
const readBy = (sql: string): ReadonlyArray<string> => {
  const found = [...sql.matchAll(/\b(?:FROM|JOIN) (\w+)/g)].flatMap(([, name]) =>
    name !== undefined && (KNOWN.has(name) || name.startsWith(REFERENCE)) ? [name] : [],
  )
  return [...new Set(found)]
}

interface Options {
  /** The step has no rows when all of these have none. */
  readonly emptyWith?: ReadonlyArray<string>
}

const step = (kind: Step["kind"], name: string, sql: string, options: Options & Pick<Step, "merge"> = {}): Step => {
  const text = `${sql} ${options.merge?.on ?? ""}`
  const over = text.includes("{dates}") ? "dates" : sql.includes("{parts}") ? "parts" : undefined
  return { name, kind, sql, reads: readBy(sql), ...(over === undefined ? {} : { over }), ...options }
}

export const view = (name: string, sql: string, options?: Options): Step => step("view", name, sql, options)

export const table = (name: string, sql: string, options?: Options): Step => step("table", name, sql, options)

export const check = (name: string, sql: string, options?: Options): Step => step("check", name, sql, options)

export const mergeOf = (name: string, sql: string, merge: Merge, options?: Options): Step =>
  step("merge", name, sql, { ...options, merge })
