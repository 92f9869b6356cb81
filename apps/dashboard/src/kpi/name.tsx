/** What a row is called: the name that reference data have for it, and the value that stands in the table. */
import type { Dimension, Row } from "../api.ts"
import { cell } from "../model/words.ts"
import { Sent } from "../parts/text.tsx"

export const RowName = ({
  row,
  by,
  locale,
}: {
  readonly row: Row
  readonly by: ReadonlyArray<Pick<Dimension, "name" | "format">>
  readonly locale: string
}) => {
  const key = by.map(({ name, format }) => cell(format, row.key[name], locale)).join(" · ")
  if (row.label === undefined) return <Sent kind="named" text={key} />
  return (
    <>
      <Sent kind="named" text={row.label} /> <Sent kind="soft" text={key} />
    </>
  )
}
