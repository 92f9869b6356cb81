/** Sentences on one line. */

/** Without line breaks and without a run of blanks. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

/** `1 table`, `3 tables`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
