/** Whether a stack works by the same contracts as this checkout. Pure. */
import { Schema } from "effect"
import type { CliPlan, DatasetView } from "../workspace/plan.ts"
import type { StackOutputs } from "./outputs.ts"

/** Enough of a hash to tell two apart; the stack's outputs hold as much. */
const short = (hash: string): string => hash.replace(/^sha256:/, "").slice(0, 12)

/** As much of the plan as tells contracts apart. */
interface Contracts extends Pick<CliPlan, "hash"> {
  readonly datasets: Readonly<Record<string, Pick<DatasetView, "contract" | "hash">>>
}

type Deployed = Pick<StackOutputs, "ContractHash" | "DatasetHashes">

/** A dataset whose contract there is another than here; null where one of the two has none. */
export const OtherContract = Schema.Struct({
  dataset: Schema.String,
  deployed: Schema.NullOr(Schema.String),
  here: Schema.NullOr(Schema.String),
})
type OtherContract = typeof OtherContract.Type

/** The datasets that differ; undefined where the stack is too old to tell. */
export const otherContracts = (
  { datasets }: Contracts,
  { DatasetHashes: told }: Deployed,
): ReadonlyArray<OtherContract> | undefined => {
  if (told === undefined) return undefined
  const deployed = new Map(told.split(",").map((one) => one.split("=") as [string, string]))
  const names = new Set([...Object.keys(datasets), ...deployed.keys()])
  return [...names]
    .map((dataset) => ({
      dataset,
      deployed: deployed.get(dataset) ?? null,
      here: datasets[dataset] === undefined ? null : short(datasets[dataset].hash),
    }))
    .filter(({ deployed: there, here }) => there !== here)
}

const words = ({ dataset, deployed, here }: OtherContract, { datasets }: Contracts): string => {
  const version = datasets[dataset]?.contract.version
  if (here === null) return `${dataset} is deployed, and no dataset here`
  if (deployed === null) return `${dataset} ${version} is not deployed`
  return `${dataset} is ${deployed} there and ${here} (${version}) here`
}

/** A sentence when they differ, undefined when they agree or the stack is too old to say. */
export const otherContract = (
  plan: Contracts,
  outputs: Deployed,
  stack: { readonly name: string; readonly local: boolean },
): string | undefined => {
  const others = otherContracts(plan, outputs)
  const differ = others === undefined ? (outputs.ContractHash ?? plan.hash) !== plan.hash : others.length > 0
  if (!differ) return undefined
  const which = others === undefined ? "" : `: ${others.map((one) => words(one, plan)).join("; ")}`
  const deploy = stack.local ? "pos start" : "deploy the stack again"
  return (
    `Note: the contract deployed to ${stack.name} is not this checkout's${which}. ` +
    `What deploying would change: pos plan${stack.local ? "" : ` --stack ${stack.name.replace(/^the stack /, "")}`}. To do it: ${deploy}.`
  )
}
