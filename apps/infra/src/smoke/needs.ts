import type { Executions, Jobs, ObjectStore } from "@pos/aws"
import type { Clients, Deployment } from "@pos/deployment"
import type { Attempt } from "./attempt.ts"
import type { Listener } from "./listener.ts"

/** What the checks of this command may ask for. */
export type Needs = Attempt | Clients | Deployment | Executions | Jobs | Listener | ObjectStore
