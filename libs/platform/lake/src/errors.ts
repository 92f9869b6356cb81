import { Schema } from "effect"

/** A statement that is wrong, or that does more than read: `problem` in a sentence, `remedy` what to do, or nothing. */
export class WrongStatement extends Schema.TaggedError<WrongStatement>()("WrongStatement", {
  problem: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return this.problem
  }
}

/** The lake, or a table of it, can't be read. */
export class LakeUnavailable extends Schema.TaggedError<LakeUnavailable>()("LakeUnavailable", {
  problem: Schema.String,
  remedy: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message(): string {
    return this.problem
  }
}
