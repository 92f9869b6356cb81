/** Every row of a KPI's period with every measure, to be searched and sorted. */
import { useCallback } from "preact/hooks"
import type { Compared, Kpi, Row } from "../api.ts"
import { go, useAddress, useShown } from "../context.ts"
import { link } from "../model/address.ts"
import { capital, cell, counted } from "../model/words.ts"
import { Change } from "../parts/change.tsx"
import { Figure } from "../parts/figure.tsx"
import { Empty, Problem, Waiting } from "../parts/states.tsx"
import { type Column, VirtualTable } from "../parts/virtual.tsx"
import { GroupChoice, Search } from "./controls.tsx"
import { measureOf, hasNames, namedBy, shortly, valuesOf, whereOf, writerOf } from "./figures.ts"
import { Held } from "./held.tsx"
import { useRows } from "./rows.ts"
import { Sent } from "../parts/text.tsx"

type Direction = "ascending" | "descending"

const Sort = ({
  title,
  description,
  sorted,
  onSort,
}: {
  readonly title: string
  readonly description?: string
  readonly sorted: Direction | undefined
  readonly onSort: () => void
}) => (
  <button type="button" class="sort" title={description} onClick={onSort}>
    {title}
    <span aria-hidden="true">{sorted === "ascending" ? " ↑" : sorted === "descending" ? " ↓" : ""}</span>
  </button>
)

interface Shown {
  readonly date: string
  readonly group: string | undefined
  /** The earlier period that rows are compared with. */
  readonly against: Compared[number] | undefined
}

const columnsOf = (
  kpi: Kpi,
  { date, group, against }: Shown,
  read: ReadonlyArray<Row>,
  sorting: { readonly order: string; readonly direction: Direction; readonly onSort: (name: string) => void },
  { locale, currency }: { readonly locale: string; readonly currency: string | null },
): ReadonlyArray<Column<Row>> => {
  const sorted = (name: string) => (sorting.order === name ? sorting.direction : undefined)
  const head = (name: string, title: string, description?: string) => (
    <Sort
      title={title}
      {...(description !== undefined && { description })}
      sorted={sorted(name)}
      onSort={() => sorting.onSort(name)}
    />
  )
  const by = namedBy(kpi, group)
  // A column that shows names is sorted by them.
  const sortedBy = (name: string, index: number) =>
    index === 0 && group === undefined && hasNames(read) ? "label" : name
  const named = by.map<Column<Row>>(({ name, title, format }, index) => ({
    name,
    head: head(sortedBy(name, index), title),
    number: false,
    sorted: sorted(sortedBy(name, index)),
    cell: (row) => (
      <>
        <Sent
          kind="named"
          text={index === 0 && row.label !== undefined ? row.label : cell(format, row.key[name], locale)}
        />
        {index === 0 && row.label !== undefined && (
          <>
            {" "}
            <Sent kind="soft" text={cell(format, row.key[name], locale)} />
          </>
        )}
      </>
    ),
  }))
  const measured = kpi.measures.flatMap<Column<Row>>((measure) => {
    const { name, title, description } = measure
    const written = writerOf(measure, valuesOf(read, name), { locale, currency })
    const value: Column<Row> = {
      name,
      head: head(name, title, description),
      number: true,
      sorted: sorted(name),
      cell: (row) => (
        <Figure
          to={
            group === undefined ? link("number", kpi.name, { date, measure: name, where: whereOf(row.key) }) : undefined
          }
          text={written(row.values[name])}
        />
      ),
    }
    const change: Column<Row> = {
      name: `${name} before`,
      head: against === undefined ? "" : <span title={capital(against.title)}>{shortly(kpi, against.against)}</span>,
      number: true,
      cell: (row) => (
        <Change
          now={row.values[name]}
          before={against === undefined ? undefined : row[against.against]?.[name]}
          locale={locale}
        />
      ),
    }
    return sorting.order === name && against !== undefined ? [value, change] : [value]
  })
  return [...named, ...measured]
}

export interface AllRowsProps {
  readonly kpi: Kpi
  readonly date: string
  readonly compared: Compared
}

export const AllRows = ({ kpi, date, compared }: AllRowsProps) => {
  const { locale, overview, source } = useShown()
  const { query } = useAddress()
  const { search, group } = query
  const order = query["order"] ?? measureOf(kpi, query["measure"])?.name ?? ""
  const direction: Direction = query["direction"] === "ascending" ? "ascending" : "descending"
  const { total, problem, rowAt, inSight, read } = useRows(`/api/kpis/${kpi.name}/rows`, {
    date,
    search,
    group,
    order,
    direction,
  })
  const set = useCallback(
    (next: Readonly<Record<string, string | undefined>>) => go(link("kpi", kpi.name, { ...query, ...next }), true),
    [kpi.name, query],
  )
  const onSort = (name: string) =>
    set({ order: name, direction: order === name && direction === "descending" ? "ascending" : "descending" })
  const onText = useCallback((text: string) => set({ search: text }), [set])
  const columns = columnsOf(
    kpi,
    { date, group, against: compared.find((one) => one.against === "week") ?? compared[0] },
    read,
    { order, direction, onSort },
    { locale, currency: overview.currency },
  )
  return (
    <section class="card" aria-labelledby="rows">
      <div class="bar">
        <h2 id="rows">Rows</h2>
        <Search label="Search rows" text={search ?? ""} onText={onText} />
        {source.date === undefined && (group !== undefined || hasNames(read)) && (
          <GroupChoice kpi={kpi} group={group} onChoose={(name) => set({ group: name, order: undefined })} />
        )}
        {total !== undefined && <span class="soft">{counted(total, "row", locale)}</span>}
      </div>
      <Held kpi={kpi} />
      {problem !== undefined && <Problem problem={problem} />}
      {problem === undefined && total === undefined && <Waiting />}
      {total === 0 && (
        <Empty
          title={search === undefined ? "There is no row in this period." : `No row has “${search}” in its name.`}
        />
      )}
      {total !== undefined && total > 0 && (
        <VirtualTable caption={`${kpi.title}: rows`} columns={columns} total={total} rowAt={rowAt} inSight={inSight} />
      )}
    </section>
  )
}
