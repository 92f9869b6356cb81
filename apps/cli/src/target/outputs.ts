/** What a deployed stack says about itself, under the names that the infrastructure gives its outputs. */
import { Schema } from "effect"

export const StackOutputs = Schema.Struct({
  SourceBucketName: Schema.String,
  RejectedBucketName: Schema.String,
  ResultsBucketName: Schema.String,
  LakeBucketName: Schema.String,
  StateMachineArn: Schema.String,
})
export type StackOutputs = typeof StackOutputs.Type
