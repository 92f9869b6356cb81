/** Whether a stack judges files by the same contract as this workspace. Pure. */
import type { CliPlan, DatasetView } from "../workspace/plan.ts"
import type { StackOutputs } from "./outputs.ts"

/** Enough of a hash to tell two apart. */
const short = (hash: string): string => hash.replace(/^sha256:/, "").slice(0, 12)

/** As much of the plan as tells contracts apart. */
interface Contracts extends Pick<CliPlan, "hash"> {
  readonly datasets: Readonly<Record<string, Pick<DatasetView, "contract">>>
}

const contracts = ({ datasets }: Contracts): string =>
  Object.values(datasets)
    .map(({ contract: { name, version } }) => `${name} ${version}`)
    .join(", ")

/** A sentence when they differ, undefined when they agree or the stack is too old to say. */
export const otherContract = (
  plan: Contracts,
  { ContractHash: deployed }: Pick<StackOutputs, "ContractHash">,
  stack: { readonly name: string; readonly local: boolean },
): string | undefined =>
  deployed === undefined || deployed === plan.hash
    ? undefined
    : `Note: ${stack.name} judges by another contract (${short(deployed)}) than this workspace (${contracts(plan)}, ` +
      `${short(plan.hash)}). To judge by this one: ${stack.local ? "pos start" : "deploy the stack again"}.`
