/** Of what day a row is. */

/** The day to which a row's event time belongs. */
export interface BusinessDate {
  /** IANA name: `UTC`, `Europe/Berlin`. */
  readonly timeZone: string
  /** The local hour at which a new business day begins, 0 to 23. */
  readonly cutoffHour: number
}

/** The business date stands in the row itself: a required column of days. */
export interface DateColumn {
  readonly column: string
}
