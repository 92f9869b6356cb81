/** The rows that a figure is computed from, and the files that brought them. */
import { useState } from "preact/hooks"
import type { Kpi, Origin } from "../api.ts"
import { useAsked, useShown } from "../context.ts"
import { link, question } from "../model/address.ts"
import { cell, count, counted, figures, titleOf } from "../model/words.ts"
import { Sheet } from "../parts/sheet.tsx"
import { Empty, Problem, Waiting } from "../parts/states.tsx"
import { Sent } from "../parts/text.tsx"

const AT_ONCE = 100

const Files = ({ files }: { readonly files: Origin["files"] }) => {
  const { locale } = useShown()
  if (files.length === 0)
    return (
      <Empty title="The files of these rows are not known.">
        They came in runs whose documents are not kept any more, or that are too long ago to be looked at.
      </Empty>
    )
  return (
    <Sheet caption="The files that these rows came from">
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col" class="number">
            Of these rows
          </th>
          <th scope="col">Run, with the file’s verdict</th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ runId, file, rows }) => (
          <tr key={`${runId} ${file}`}>
            <th scope="row">
              <Sent kind="path" text={file} />
            </th>
            <td class="number">{count(rows, locale)}</td>
            <td>
              <a href={link("files", runId, { file })}>{runId}</a>
            </td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}

/** The columns of the rows, as the contract has them. */
const useColumns = ({ dataset, columns, rows }: Origin) => {
  const { locale, overview } = useShown()
  const page = overview.pages.datasets.find(({ name }) => name === dataset)
  return columns.map((name, place) => {
    const known = page?.columns.find((one) => one.name === name)
    const format = known?.format ?? { kind: "text" as const }
    const values = rows.map((row) => row.values[place])
    const written = format.kind === "decimal" ? figures(format, values, { locale, currency: null }) : undefined
    return {
      name,
      title: known?.title ?? titleOf(name),
      description: known?.description,
      kind: format.kind === "decimal" || format.kind === "integer" ? "number" : undefined,
      text: (row: number) => written?.(values[row]) ?? cell(format, values[row], locale),
    }
  })
}

const OriginRows = ({ origin }: { readonly origin: Origin }) => {
  const columns = useColumns(origin)
  return (
    <Sheet caption="The rows behind the figure" kind="behind" tall>
      <thead>
        <tr>
          {columns.map(({ name, title, description, kind }) => (
            <th key={name} scope="col" class={kind}>
              <span title={description}>{title}</span>
            </th>
          ))}
          <th scope="col">File</th>
        </tr>
      </thead>
      <tbody>
        {origin.rows.map(({ file }, row) => (
          <tr key={row}>
            {columns.map(({ name, kind, text }) => (
              <td key={name} class={kind}>
                <Sent text={text(row)} />
              </td>
            ))}
            <td>
              <Sent kind="path" text={file === null ? "not known" : (origin.files[file]?.file ?? "not known")} />
            </td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}

export interface BehindProps {
  readonly kpi: Kpi
  readonly date: string
  readonly where: string | undefined
}

export const Behind = ({ kpi, date, where }: BehindProps) => {
  const { locale } = useShown()
  const [offset, setOffset] = useState(0)
  const { answer, problem, again } = useAsked<Origin>(
    question(`/api/kpis/${kpi.name}/origin`, { date, where, offset, limit: AT_ONCE }),
  )
  if (problem !== undefined) return <Problem problem={problem} again={again} />
  if (answer === undefined) return <Waiting />
  const wider = kpi.dimensions.filter(({ name }) => answer.notNarrowed.includes(name)).map(({ title }) => title)
  const last = Math.min(answer.total, offset + AT_ONCE)
  return (
    <>
      <section class="card" aria-labelledby="from-files">
        <h2 id="from-files">Files</h2>
        <Files files={answer.files} />
      </section>
      <section class="card" aria-labelledby="from-rows">
        <div class="bar">
          <h2 id="from-rows">Rows</h2>
          <span class="soft">
            {answer.total === 0
              ? "none"
              : `${count(offset + 1, locale)} to ${count(last, locale)} of ${counted(answer.total, "row", locale)}`}
          </span>
          {answer.total > AT_ONCE && (
            <span class="either">
              <button type="button" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - AT_ONCE))}>
                Earlier rows
              </button>
              <button type="button" disabled={last >= answer.total} onClick={() => setOffset(offset + AT_ONCE)}>
                Later rows
              </button>
            </span>
          )}
        </div>
        {wider.length > 0 && (
          <p>
            No column of the rows has {wider.join(", ")}: these are the rows of all its values, and the figure is made
            of some of them.
          </p>
        )}
        {answer.total === 0 ? <Empty title="There is no row behind this figure." /> : <OriginRows origin={answer} />}
      </section>
    </>
  )
}
