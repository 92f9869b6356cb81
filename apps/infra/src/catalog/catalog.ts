import { Stack } from "aws-cdk-lib"
import * as glue from "aws-cdk-lib/aws-glue"
import { Construct } from "constructs"
import type { Datasets } from "../artefacts/datasets.ts"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"
import { DeltaTable } from "./delta-table.ts"
import { catalogText, descriptionBytes } from "./text.ts"

export interface CatalogProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly datasets: Datasets
}

/** The Glue database and its tables, with the columns that the contract compiles to. */
export class Catalog extends Construct {
  readonly databaseName: string

  constructor(scope: Construct, id: string, { datasets, settings, storage }: CatalogProps) {
    super(scope, id)
    // Athena and Spark take no hyphens in a database's name without quotes.
    this.databaseName = settings.stackName.replaceAll("-", "_")
    const database = new glue.CfnDatabase(this, "Database", {
      catalogId: Stack.of(this).account,
      databaseInput: {
        name: this.databaseName,
        description: catalogText(`Tables of ${datasets.names.join(", ")}`, descriptionBytes),
      },
    })
    for (const { comments, description, table } of datasets.tables) {
      new DeltaTable(this, table.name, { database, lake: storage.lake, table, description, comments })
    }
  }
}
