/** A table of any length: only the rows in sight are in the document, and only those are asked for. */
import type { ComponentChildren } from "preact"
import { useEffect, useRef, useState } from "preact/hooks"

export interface Column<Row> {
  readonly name: string
  readonly head: ComponentChildren
  readonly number: boolean
  readonly sorted?: "ascending" | "descending" | undefined
  readonly cell: (row: Row) => ComponentChildren
}

export interface VirtualProps<Row> {
  readonly caption: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly total: number
  /** The row at a place, or undefined while it is on its way. */
  readonly rowAt: (index: number) => Row | undefined
  /** Told which rows are in sight: `from` included, `to` excluded. */
  readonly inSight: (from: number, to: number) => void
}

const ROW = 33
const BEYOND = 12

const Filler = ({ rows, columns }: { readonly rows: number; readonly columns: number }) =>
  rows <= 0 ? null : (
    <tr aria-hidden="true" class="filler">
      <td colSpan={columns} style={{ height: `${rows * ROW}px` }} />
    </tr>
  )

/** Which rows of `total` a box of `height` pixels shows, some beyond both edges included. */
export const rowsInSight = (top: number, height: number, total: number): readonly [from: number, to: number] => {
  const from = Math.max(0, Math.min(Math.floor(top / ROW) - BEYOND, total - 1))
  return [from, Math.min(total, Math.ceil((top + height) / ROW) + BEYOND)]
}

export function VirtualTable<Row>({ caption, columns, total, rowAt, inSight }: VirtualProps<Row>) {
  const box = useRef<HTMLDivElement>(null)
  const [seen, setSeen] = useState({ top: 0, height: 600 })
  const look = () => {
    const element = box.current
    if (element !== null) setSeen({ top: element.scrollTop, height: element.clientHeight })
  }
  useEffect(look, [total])
  const [from, to] = rowsInSight(seen.top, seen.height, total)
  useEffect(() => inSight(from, to), [from, to, inSight])
  const places = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
  return (
    <div class="scroll tall" role="region" aria-label={caption} tabIndex={0} ref={box} onScroll={look}>
      <table aria-rowcount={total + 1}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name, head, number, sorted }) => (
              <th key={name} scope="col" class={number ? "number" : undefined} aria-sort={sorted}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Filler rows={from} columns={columns.length} />
          {places.map((index) => {
            const row = rowAt(index)
            return (
              <tr key={index} aria-rowindex={index + 2} class="row">
                {columns.map(({ name, number, cell }, place) =>
                  place === 0 ? (
                    <th key={name} scope="row">
                      {row === undefined ? "…" : cell(row)}
                    </th>
                  ) : (
                    <td key={name} class={number ? "number" : undefined}>
                      {row === undefined ? "" : cell(row)}
                    </td>
                  ),
                )}
              </tr>
            )
          })}
          <Filler rows={total - to} columns={columns.length} />
        </tbody>
      </table>
    </div>
  )
}
