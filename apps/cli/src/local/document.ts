/** What `pos start`, `stop` and `status` print with `--json`. Scripts rely on these shapes; they may only grow. */
import { Schema } from "effect"
import { OtherContract } from "../target/contract.ts"
import { StackOutputs } from "../target/outputs.ts"
import { addressOf, type Page } from "./page.ts"
import { LocalState } from "./state.ts"

const { endpoint, engine, iam, pid, port, stack } = LocalState.fields

const Running = Schema.Struct({
  running: Schema.Literal(true),
  pid,
  port,
  endpoint,
  iam,
  engine,
  stack,
  /** Null while no page runs. */
  page: Schema.NullOr(Schema.Struct({ address: Schema.String, pid: Schema.Int })),
  /** Missing while nothing is deployed. */
  outputs: Schema.optionalKey(StackOutputs),
})
type Running = typeof Running.Type

export const Started = Schema.Struct({
  ...Running.fields,
  /** False: it ran already. */
  started: Schema.Boolean,
  /** Whether the stack was deployed anew. */
  redeployed: Schema.Boolean,
})

export const Stopped = Schema.Struct({
  running: Schema.Literal(false),
  /** False: it did not run. */
  stopped: Schema.Boolean,
  /** Where its data stay. */
  data: Schema.String,
})

/** Whether each deployed dataset is this checkout's; null where that can't be told. */
const Contract = Schema.NullOr(Schema.Struct({ same: Schema.Boolean, others: Schema.Array(OtherContract) }))
export type Contract = typeof Contract.Type

const whereItLies = { data: Schema.String, log: Schema.String }

export const Status = Schema.Union([
  Schema.Struct({ ...Running.fields, ...whereItLies, contract: Contract }),
  Schema.Struct({ running: Schema.Literal(false), ...whereItLies }),
])

/** The same of a deployed stack. */
export const StackStatus = Schema.Struct({
  stack: Schema.String,
  outputs: Schema.Record(Schema.String, Schema.String),
  contract: Contract,
})

/** The state without secrets, and without what identifies the deployment. */
export const shownState = ({ deployed, ...state }: LocalState, page: Page | undefined): Running => ({
  running: true,
  pid: state.pid,
  port: state.port,
  endpoint: state.endpoint,
  iam: state.iam,
  engine: state.engine,
  stack: state.stack,
  page: page === undefined ? null : { address: addressOf(page), pid: page.pid },
  ...(deployed ? { outputs: deployed.outputs } : {}),
})
