import { safeJson } from "./visible.ts"

/** JSON as scripts and people can both read it: an array with one element a line. */
export type { Json } from "@pos/lake"

export const jsonLines = (items: ReadonlyArray<unknown>): string =>
  items.length === 0 ? "[]" : `[\n${items.map((item) => safeJson(item)).join(",\n")}\n]`

export const jsonDocument = (value: unknown): string => safeJson(value, 2)
