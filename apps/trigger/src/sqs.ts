import { Schema } from "effect"

/** What Lambda hands over: a batch of SQS messages, each with one S3 notification as its body. */
export const SqsBatch = Schema.Struct({
  Records: Schema.Array(Schema.Struct({ messageId: Schema.NonEmptyString, body: Schema.String })),
})

/** The messages that Lambda shall leave on the queue; all the others are deleted. */
export interface BatchResponse {
  readonly batchItemFailures: ReadonlyArray<{ readonly itemIdentifier: string }>
}
