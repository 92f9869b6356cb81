/** What lies beside the Lambda's code. */
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Context, Layer } from "effect"

export class Files extends Context.Service<
  Files,
  {
    /** Beside it lie the pages and the words that were deployed. */
    readonly plan: string
    /** The page as one file, without answers. */
    readonly page: string
    /** The folder with DuckDB's extensions. */
    readonly extensions: string
  }
>()("@pos/reporter/Files") {
  static readonly layerIn = (folder: string) =>
    Layer.succeed(Files, {
      plan: join(folder, "plan/plan.json"),
      page: join(folder, "report.html"),
      extensions: join(folder, "extensions"),
    })

  /** Those of the bundle. */
  static readonly layer = Files.layerIn(dirname(fileURLToPath(import.meta.url)))
}
