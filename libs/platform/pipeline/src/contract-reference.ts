import { Schema } from "effect"

/** Which contract a run was judged by; `hash` is the plan's own, `sha256:…`. */
export const ContractReference = Schema.Struct({
  name: Schema.NonEmptyString,
  version: Schema.NonEmptyString,
  hash: Schema.NonEmptyString,
}).annotate({ identifier: "ContractReference" })
export type ContractReference = typeof ContractReference.Type
