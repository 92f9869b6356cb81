/** Bytes of UTF-8 that Glue keeps of a column's comment, and of a description. */
export const commentBytes = 255
export const descriptionBytes = 2048

/**
 * A text as the Data Catalog takes it: on one line, and cut between characters where it has too many bytes.
 * https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html#aws-glue-api-catalog-tables-Column
 */
export const catalogText = (text: string, bytes: number): string => {
  const line = text.replaceAll(/\p{Cc}+/gu, " ")
  if (Buffer.byteLength(line) <= bytes) return line
  const characters = [...line]
  let size = Buffer.byteLength("…")
  const kept = characters.findIndex((character) => (size += Buffer.byteLength(character)) > bytes)
  return `${characters.slice(0, kept).join("")}…`
}
