/** Delta tables in a folder, for tests of what reads them. */
import { NodeServices } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Workspace } from "../src/workspace/workspace.ts"
import { root } from "./cli.ts"

/** A folder with the Delta tables of delta_fixture.py, written by delta-rs. */
export class Tables extends Context.Service<Tables, { readonly folder: string }>()("test/Tables") {
  static readonly layer = Layer.effect(
    Tables,
    Effect.acquireRelease(
      Effect.sync(() => {
        const folder = mkdtempSync(join(tmpdir(), "pos-lake-"))
        const python = join(root, ".venv/glue-spark/bin/python")
        execFileSync(python, [join(import.meta.dirname, "delta_fixture.py"), folder])
        return { folder }
      }),
      ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true })),
    ),
  )
}

export const tables = [
  { name: "sales", path: "curated/sales" },
  { name: "total_sales_per_product_per_day", path: "kpi/total_sales_per_product_per_day" },
  { name: "store_sales_per_day", path: "kpi/store_sales_per_day" },
]

export const services = Tables.layer.pipe(Layer.merge(Workspace.layer), Layer.provideMerge(NodeServices.layer))
