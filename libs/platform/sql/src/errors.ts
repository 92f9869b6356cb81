import { Schema } from "effect"

/**
 * A check or an expression that a dialect can't state with the same meaning. It stops the build: a rule that held in
 * TypeScript only would be a gap that nobody sees.
 */
export class UnsupportedInDialect extends Schema.TaggedError<UnsupportedInDialect>()("UnsupportedInDialect", {
  dialect: Schema.String,
  /** The check's id or the expression's operator. */
  node: Schema.String,
  problem: Schema.String,
}) {
  override get message(): string {
    return `${this.node} can't be written for ${this.dialect}: ${this.problem}`
  }
}
