/** Deployed CloudFormation stacks. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation"
import { Effect, Schema } from "effect"
import { InvalidRequest } from "../errors.ts"
import { StackOutputs } from "../target/outputs.ts"
import { AwsConnection, call } from "./connection.ts"

/** The outputs of a stack of this platform. */
export const stackOutputs = Effect.fn("stackOutputs")(function* (name: string) {
  const { options } = yield* AwsConnection
  const client = yield* Effect.acquireRelease(
    Effect.sync(() => new CloudFormationClient({ ...options })),
    (client) => Effect.sync(() => client.destroy()),
  )
  const found = yield* call(`describing the stack ${name}`, async (abortSignal) => {
    try {
      const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }), { abortSignal })
      return Stacks[0]
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined
      throw error
    }
  })
  if (found === undefined) {
    return yield* new InvalidRequest({
      problem: `There is no stack ${name} in this account and region.`,
      remedy: "See which there are: aws cloudformation list-stacks",
    })
  }
  const outputs = Object.fromEntries(
    (found.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  )
  return yield* Schema.decodeUnknownEffect(StackOutputs)(outputs).pipe(
    Effect.mapError(
      (cause) =>
        new InvalidRequest({ problem: `The stack ${name} is not one of this platform: ${cause.message}`, remedy: "" }),
    ),
  )
}, Effect.scoped)
