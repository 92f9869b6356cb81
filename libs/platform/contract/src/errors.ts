import { Schema } from "effect"

/** A definition that cannot be a contract: a column without a kind, two rules of one name, a key that is no column. */
export class InvalidContract extends Schema.TaggedError<InvalidContract>()("InvalidContract", {
  subject: Schema.String,
  problem: Schema.String,
}) {
  override get message(): string {
    return `${this.subject}: ${this.problem}`
  }
}
