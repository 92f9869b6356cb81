/** The columns of a row that can name a group. */

/** Required columns that can name a group: whole numbers, texts, days, lists and booleans. */
export type Dimension<Row> = {
  [K in keyof Row]-?: object extends Pick<Row, K> ? never : Row[K] extends bigint | string | boolean ? K : never
}[keyof Row] &
  string

/** The same and optional ones: rows without a value are a group of their own. */
export type GroupColumn<Row> = {
  [K in keyof Row]-?: Row[K] extends bigint | string | boolean | undefined ? K : never
}[keyof Row] &
  string

/** What names a group; `undefined` in it: rows without a value are a group of their own. */
export type Groupable = bigint | string | boolean | undefined
