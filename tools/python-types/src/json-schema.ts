import { Schema } from "effect"
import type { PythonModule } from "./modules.ts"

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

/**
 * The JSON Schema of a module's types, as the generator of Python types reads it. Every type stands among its
 * definitions, below the identifier of its Schema.
 */
export const jsonSchemaOf = ({ schemas }: PythonModule): Json => {
  const document = Schema.toJsonSchemaDocument(Schema.Struct(schemas))
  const definitions = Object.entries(document.definitions).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return forPython({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $defs: Object.fromEntries(definitions),
  } as Json)
}

const forPython = (node: Json): Json => {
  if (Array.isArray(node)) return node.map(forPython)
  if (node === null || typeof node !== "object") return node
  const { enum: values, ...rest } = node as { readonly [name: string]: Json }
  // The decoder knows no literals but texts and whole numbers.
  const kept = values === undefined || rest["type"] === "boolean" ? rest : { ...rest, enum: values }
  return Object.fromEntries(
    Object.entries(kept).map(([name, value]) => [
      name,
      name === "pattern" && typeof value === "string" ? pythonPattern(value) : forPython(value),
    ]),
  )
}

/**
 * A pattern of JavaScript's as Python means the same: there `\d` is any script's digit, and `$` is also true before a line
 * end at the end.
 */
export const pythonPattern = (pattern: string): string => pattern.replaceAll("\\d", "[0-9]").replace(/\$$/, "\\Z")
