import { Effect, Schema } from "effect"
import { safeJson } from "./visible.ts"

/** JSON as scripts and people can both read it: an array with one element a line. */
export type { Json } from "@pos/lake"

export const jsonLines = (items: ReadonlyArray<unknown>): string =>
  items.length === 0 ? "[]" : `[\n${items.map((item) => safeJson(item)).join(",\n")}\n]`

/** A document in the shape that its Schema promises to scripts. */
export const jsonAs = <S extends Schema.Encoder<unknown>>(schema: S, value: S["Type"]): Effect.Effect<string> =>
  Schema.encodeEffect(schema)(value).pipe(Effect.orDie, Effect.map(jsonDocument))

export const jsonDocument = (value: unknown): string => safeJson(value, 2)
