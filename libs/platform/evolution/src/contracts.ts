/** `contracts.json`: the shapes of all contracts of a build. It is deployed with the plan, for the next deployment to be compared with. */
import { Effect, Schema } from "effect"
import { Lock } from "./lock.ts"

export const Contracts = Schema.Struct({
  format: Schema.Literal("pos-contracts/1"),
  /** By id. */
  datasets: Schema.Record(Schema.String, Lock),
})
export type Contracts = typeof Contracts.Type

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Contracts))

/** The contracts in a text; undefined where another release wrote it in a way that this one does not know. */
export const readContracts = (text: string): Effect.Effect<Contracts | undefined> =>
  Effect.orElseSucceed(decode(text), () => undefined)
