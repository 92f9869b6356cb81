import { Stack } from "aws-cdk-lib"
import * as glue from "aws-cdk-lib/aws-glue"
import type { Plan } from "@pos/sql"
import { Construct } from "constructs"
import type { Settings } from "../settings/settings.ts"
import type { Storage } from "../storage/storage.ts"
import { DeltaTable } from "./delta-table.ts"
import { catalogText, descriptionBytes } from "./text.ts"

export interface CatalogProps {
  readonly settings: Settings
  readonly storage: Storage
  readonly plan: Plan
}

/** The Glue database and its tables, with the columns that the contract compiles to. */
export class Catalog extends Construct {
  readonly databaseName: string

  constructor(scope: Construct, id: string, { plan, settings, storage }: CatalogProps) {
    super(scope, id)
    // Athena and Spark take no hyphens in a database's name without quotes.
    this.databaseName = settings.stackName.replaceAll("-", "_")
    const { curated, kpis } = plan.tables
    const database = new glue.CfnDatabase(this, "Database", {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.databaseName, description: catalogText(plan.contract.description, descriptionBytes) },
    })
    new DeltaTable(this, curated.name, {
      database,
      lake: storage.lake,
      table: curated,
      description: `Every sale once (${plan.contract.name} ${plan.contract.version})`,
    })
    for (const kpi of kpis) {
      new DeltaTable(this, kpi.name, { database, lake: storage.lake, table: kpi, description: kpi.description })
    }
  }
}
