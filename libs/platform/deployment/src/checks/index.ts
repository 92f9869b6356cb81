/** The checks that change nothing, in the order in which they are made. */
import { catalogue } from "./catalogue.ts"
import { jobs } from "./jobs.ts"
import { logs } from "./logs.ts"
import { alarms, subscriptions, topic } from "./messages.ts"
import { rights } from "./rights.ts"
import { code, identity, plan, region, status, template } from "./stack.ts"
import { stateMachine } from "./state-machine.ts"

export const harmless = [
  identity,
  region,
  status,
  plan,
  code,
  template,
  subscriptions,
  topic,
  alarms,
  logs,
  catalogue,
  ...jobs,
  stateMachine,
  rights,
] as const
