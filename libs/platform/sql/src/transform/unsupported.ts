import { Schema } from "effect"

/** A table that the transformation can't be compiled for: a defect of the contract, found when the plan is built. */
export class UnsupportedTable extends Schema.TaggedError<UnsupportedTable>()("UnsupportedTable", {
  table: Schema.String,
  problem: Schema.String,
}) {
  override get message(): string {
    return `${this.table} can't be transformed: ${this.problem}`
  }
}
