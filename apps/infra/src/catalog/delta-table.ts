import { Stack } from "aws-cdk-lib"
import * as glue from "aws-cdk-lib/aws-glue"
import type * as s3 from "aws-cdk-lib/aws-s3"
import { Construct } from "constructs"
import type { LakeTable } from "../artefacts/datasets.ts"
import { catalogText, commentBytes, descriptionBytes } from "./text.ts"

export interface DeltaTableProps extends LakeTable {
  readonly database: glue.CfnDatabase
  readonly lake: s3.IBucket
}

/**
 * A native Delta table in the Data Catalog: Athena (engine 3) and Spark read the Delta log at its location, so that no
 * crawler and no manifest has to keep up with loads. The columns are for people; partition columns are ordinary ones,
 * because Delta's partitions are in its log.
 */
export class DeltaTable extends Construct {
  constructor(scope: Construct, id: string, { comments, database, description, lake, table }: DeltaTableProps) {
    super(scope, id)
    const location = lake.s3UrlForObject(`${table.path}/`)
    new glue.CfnTable(this, "Table", {
      catalogId: Stack.of(this).account,
      databaseName: database.ref,
      tableInput: {
        name: table.name,
        description: catalogText(description, descriptionBytes),
        tableType: "EXTERNAL_TABLE",
        parameters: {
          EXTERNAL: "TRUE",
          table_type: "DELTA",
          classification: "delta",
          "spark.sql.sources.provider": "delta",
          "spark.sql.partitionProvider": "catalog",
        },
        storageDescriptor: {
          location,
          columns: table.columns.map(({ name, type }) => ({
            name,
            type,
            comment: catalogText(comments.get(name) ?? "", commentBytes),
          })),
          inputFormat: "org.apache.hadoop.mapred.SequenceFileInputFormat",
          outputFormat: "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
          serdeInfo: {
            serializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            parameters: { "serialization.format": "1", path: location },
          },
        },
      },
    })
  }
}
