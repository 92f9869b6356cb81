import { Data } from "effect"

/** A table that the transformation can't be compiled for. A defect of the contract, found when the plan is built. */
export class UnsupportedTable extends Data.TaggedError("UnsupportedTable")<{ readonly reason: string }> {
  constructor(reason: string) {
    super({ reason })
  }
  override get message(): string {
    return `The transformation can't be compiled: ${this.reason}.`
  }
}
