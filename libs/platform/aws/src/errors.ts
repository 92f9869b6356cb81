import { Schema } from "effect"

/**
 * AWS refused or failed a call, or could not be reached. `code` is the service's own error code; `retryable` says
 * whether the same call may go through later (the SDK has then tried it several times already).
 */
export class AwsError extends Schema.TaggedError<AwsError>()("AwsError", {
  operation: Schema.String,
  code: Schema.String,
  detail: Schema.String,
  retryable: Schema.Boolean,
  cause: Schema.Defect(),
}) {
  override get message() {
    return `${this.operation}: ${this.detail} (${this.code})`
  }
}

/** The object, or the version of it that was asked for, is not there. */
export class ObjectMissing extends Schema.TaggedError<ObjectMissing>()("ObjectMissing", {
  bucket: Schema.String,
  key: Schema.String,
}) {
  override get message() {
    return `s3://${this.bucket}/${this.key} is not there`
  }
}

/** The object is not the one that was seen: somebody has written or deleted it meanwhile. */
export class ObjectChanged extends Schema.TaggedError<ObjectChanged>()("ObjectChanged", {
  bucket: Schema.String,
  key: Schema.String,
}) {
  override get message() {
    return `s3://${this.bucket}/${this.key} has changed meanwhile`
  }
}

/** No stack has that name in this account and region. */
export class StackMissing extends Schema.TaggedError<StackMissing>()("StackMissing", { stack: Schema.String }) {
  override get message() {
    return `There is no stack ${this.stack} in this account and region`
  }
}
