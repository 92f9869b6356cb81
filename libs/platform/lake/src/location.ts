/** Where the Delta tables lie and how to reach them. */
import type { S3Access } from "@pos/aws"
import { Redacted, Schema } from "effect"

export interface LakeLocation {
  /** `s3://bucket` or a local folder, without a slash at its end. */
  readonly uri: string
  /** What S3 needs; absent for a folder. */
  readonly access?: S3Access | undefined
}

/** A table under its name in SQL. */
export const TableView = Schema.Struct({ name: Schema.String, path: Schema.String })
export type TableView = typeof TableView.Type

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** For this bucket only: a path that a statement names must not carry the credentials elsewhere. */
export const secretStatement = ({ uri }: LakeLocation, access: S3Access): string => {
  const options = [
    "TYPE s3",
    `SCOPE ${literal(`${uri}/`)}`,
    `REGION ${literal(access.region)}`,
    `KEY_ID ${literal(access.accessKeyId)}`,
    `SECRET ${literal(Redacted.value(access.secretAccessKey))}`,
  ]
  if (access.sessionToken) options.push(`SESSION_TOKEN ${literal(Redacted.value(access.sessionToken))}`)
  if (access.endpoint) {
    const url = new URL(access.endpoint)
    options.push(`ENDPOINT ${literal(url.host)}`, `USE_SSL ${url.protocol === "https:"}`, "URL_STYLE 'path'")
  }
  return `CREATE SECRET lake (${options.join(", ")})`
}

export const viewStatement = (location: LakeLocation, { name, path }: TableView): string =>
  `CREATE VIEW ${identifier(name)} AS SELECT * FROM delta_scan(${literal(`${location.uri}/${path}`)})`

/** The tables that a statement may read: those whose name it contains; all of them when it contains none. */
export const mentioned = (sql: string, tables: ReadonlyArray<TableView>): ReadonlyArray<TableView> => {
  const words = new Set(sql.toLowerCase().match(/\w+/g))
  const named = tables.filter(({ name }) => words.has(name.toLowerCase()))
  return named.length === 0 ? tables : named
}
