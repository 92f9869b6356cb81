const logStore = "pos.delta.ConditionalS3LogStore"

/** What is fixed when Spark starts; the job's script asks for the same (store/spark_delta/session.py). */
export const staticSettings = {
  "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
  "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
  "spark.delta.logStore.s3a.impl": logStore,
  "spark.delta.logStore.s3.impl": logStore,
  "spark.sql.catalogImplementation": "in-memory",
} as const

/** The value of Glue's `--conf`: an argument has one value, so that each further setting follows a `--conf` in it. */
export const sparkConf = Object.entries(staticSettings)
  .map(([name, value]) => `${name}=${value}`)
  .join(" --conf ")
