/** A question to a table: what its rows must meet, in which order they come, and how many. A value; nothing is read by making one. */

/** A condition on a column. Rows without a value meet `not`, `notIn` and `missing: true`, and nothing else. */
type Condition<T> =
  | NonNullable<T>
  | { readonly not: NonNullable<T> }
  | { readonly in: ReadonlyArray<NonNullable<T>> }
  | { readonly notIn: ReadonlyArray<NonNullable<T>> }
  | Between<NonNullable<T>>
  | { readonly missing: boolean }

/** From one to another, both included. */
interface Between<T> {
  readonly from?: T
  readonly to?: T
}

export type Where<Stored> = { readonly [K in keyof Stored]?: Condition<Stored[K]> }

export type Direction = "ascending" | "descending"

export interface Parts {
  readonly where: ReadonlyArray<readonly [column: string, on: unknown]>
  readonly order: ReadonlyArray<{ readonly column: string; readonly direction: Direction }>
  readonly limit: number | undefined
}

export const everything: Parts = { where: [], order: [], limit: undefined }
