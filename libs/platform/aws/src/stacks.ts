import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation"
import { Context, Effect, Layer } from "effect"
import { AwsConnection } from "./connection.ts"
import { type AwsError, StackMissing } from "./errors.ts"
import { call, retries, scoped } from "./internal/call.ts"

/** Deployed CloudFormation stacks. */
export class Stacks extends Context.Service<
  Stacks,
  {
    /** What the stack says about itself, by the outputs' names. */
    readonly outputs: (stack: string) => Effect.Effect<Readonly<Record<string, string>>, AwsError | StackMissing>
  }
>()("@pos/aws/Stacks") {
  static readonly layer = Layer.effect(
    Stacks,
    Effect.gen(function* () {
      const options = yield* AwsConnection
      const client = yield* scoped(() => new CloudFormationClient({ ...options, ...retries }))

      const outputs = Effect.fn("Stacks.outputs")(function* (stack: string) {
        const { Stacks: found = [] } = yield* call(`describing the stack ${stack}`, (signal) =>
          client.send(new DescribeStacksCommand({ StackName: stack }), signal),
        ).pipe(
          Effect.catchIf(
            // CloudFormation has no code of its own for this.
            (error) => error.code === "ValidationError" && /does not exist/.test(error.detail),
            () => Effect.fail(new StackMissing({ stack })),
          ),
        )
        const [one] = found
        if (one === undefined) return yield* new StackMissing({ stack })
        return Object.fromEntries(
          (one.Outputs ?? []).flatMap(({ OutputKey, OutputValue }) =>
            OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue]],
          ),
        )
      })

      return Stacks.of({ outputs })
    }),
  )
}
