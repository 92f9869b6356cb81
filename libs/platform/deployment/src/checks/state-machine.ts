/** Whether Step Functions takes the deployed definition. */
import { DescribeStateMachineCommand, ValidateStateMachineDefinitionCommand } from "@aws-sdk/client-sfn"
import { call } from "@pos/aws"
import { Effect, Option, Schema } from "effect"
import { type Check, listed, Problem } from "../check.ts"
import { Clients } from "../clients.ts"
import { Deployment } from "../deployment.ts"
import { counted } from "../internal/text.ts"

const Definition = Schema.fromJsonString(Schema.Struct({ States: Schema.Record(Schema.String, Schema.Unknown) }))

export const stateMachine: Check<Deployment | Clients> = {
  name: "state-machine",
  title: "Step Functions finds the definition valid",
  prove: Effect.gen(function* () {
    const { outputs } = yield* Deployment
    const { sfn } = yield* Clients
    const arn = outputs.StateMachineArn
    const { definition = "", status } = yield* call(`describing the state machine ${arn}`, (signal) =>
      sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn }), signal),
    )
    if (status !== "ACTIVE") {
      return yield* new Problem({ what: `The state machine ${arn} is ${status}.`, next: "Deploy the stack again." })
    }
    const { diagnostics = [], result } = yield* call("validating the definition", (signal) =>
      sfn.send(new ValidateStateMachineDefinitionCommand({ definition, type: "STANDARD" }), signal),
    )
    if (result === "OK") {
      const states = Option.match(Schema.decodeUnknownOption(Definition)(definition), {
        onNone: () => 0,
        onSome: ({ States }) => Object.keys(States).length,
      })
      return counted(states, "state")
    }
    const faults = diagnostics.map(({ code, location, message }) => `${code} at ${location}: ${message}`)
    return yield* new Problem({
      what: `Step Functions finds the definition of ${arn} invalid: ${listed(faults)}.`,
      next: "Deploy the stack again from a checkout whose infra:test is green.",
    })
  }),
}
