/** The rows of a KPI's period, asked for page by page as they come into sight. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks"
import type { Row, Rows } from "../api.ts"
import { useShown } from "../context.ts"
import { question } from "../model/address.ts"
import { Unanswered } from "../source.ts"

const PAGE = 200

export interface Paged {
  /** How many rows there are, or undefined until the first page is there. */
  readonly total: number | undefined
  readonly problem: Unanswered | undefined
  readonly rowAt: (index: number) => Row | undefined
  readonly inSight: (from: number, to: number) => void
  /** Every row that was read so far. */
  readonly read: ReadonlyArray<Row>
}

interface Read {
  readonly total: number | undefined
  readonly pages: ReadonlyMap<number, ReadonlyArray<Row>>
  readonly problem: Unanswered | undefined
}

const nothing: Read = { total: undefined, pages: new Map(), problem: undefined }

export const useRows = (path: string, query: Readonly<Record<string, string | undefined>>): Paged => {
  const { source, status } = useShown()
  const base = question(path, query)
  const [read, setRead] = useState<Read>(nothing)
  const current = useRef({ base, asked: new Set<number>(), abort: new AbortController(), fresh: true })
  const asking = useRef(query)
  asking.current = query
  const ask = useCallback(
    (page: number) => {
      const { asked, abort } = current.current
      if (asked.has(page)) return
      asked.add(page)
      const at = question(path, { ...asking.current, offset: String(page * PAGE), limit: String(PAGE) })
      source.ask<Rows>(at, abort.signal).then(
        ({ total, rows }) => {
          if (abort.signal.aborted) return
          const fresh = current.current.fresh
          current.current.fresh = false
          if (fresh) status(`${total} rows.`)
          setRead((before) => ({
            total,
            pages: new Map([...(fresh ? [] : before.pages), [page, rows]]),
            problem: undefined,
          }))
        },
        (error: unknown) => {
          if (!abort.signal.aborted && error instanceof Unanswered) setRead((before) => ({ ...before, problem: error }))
        },
      )
    },
    [path, source, status],
  )
  useEffect(() => {
    const abort = new AbortController()
    current.current = { base, asked: new Set(), abort, fresh: true }
    ask(0)
    return () => abort.abort()
  }, [base, ask])
  const inSight = useCallback(
    (from: number, to: number) => {
      if (current.current.fresh) return
      for (let page = Math.floor(from / PAGE); page * PAGE < to; page += 1) ask(page)
    },
    [ask],
  )
  const rowAt = useCallback((index: number) => read.pages.get(Math.floor(index / PAGE))?.[index % PAGE], [read])
  return { total: read.total, problem: read.problem, rowAt, inSight, read: [...read.pages.values()].flat() }
}
