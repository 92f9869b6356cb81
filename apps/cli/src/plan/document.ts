/** What `pos plan --json` prints. Scripts rely on this shape; it may only grow. */
import { DatasetPreview, TablePreview } from "@pos/evolution"
import { Schema } from "effect"
import { Rejudged } from "../rejudge/document.ts"
import { Locks } from "./locks.ts"

const Table = Schema.Struct({
  ...TablePreview.fields,
  /** Of the table as it stands; null where it is not there, or where its log does not tell. */
  rows: Schema.NullOr(Schema.Natural),
  /** Of its data files, old versions apart. */
  bytes: Schema.NullOr(Schema.Natural),
  /** About how long the next run works on it beyond its own files; 0 where it does not. */
  minutes: Schema.Finite,
})

export const DeploymentPreview = Schema.Struct({
  format: Schema.Literal("pos-deployment-preview/1"),
  /** What would be deployed to, in words. */
  target: Schema.String,
  /** Whether nothing is refused, neither for want of a version nor by the tables. */
  ok: Schema.Boolean,
  /** The contracts against their locks. */
  locks: Locks,
  /** Whether there is something to be deployed over. */
  deployed: Schema.Boolean,
  /** False where the stack is too old to tell its contracts: then the tables alone are compared. */
  contractsKnown: Schema.Boolean,
  datasets: Schema.Array(Schema.Struct({ ...DatasetPreview.fields, tables: Schema.Array(Table) })),
  /** What it would say of files that came before; only where that was asked for. */
  rejudged: Schema.optionalKey(Rejudged),
})
export type DeploymentPreview = typeof DeploymentPreview.Type
export type TableOfPreview = typeof Table.Type
