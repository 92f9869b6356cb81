/** One run: what became of each file, why, and what to tell whoever sent it. */
import { useState } from "preact/hooks"
import type { FileReport, Reason, Run } from "../api.ts"
import { useAddress, useAsked, useShown } from "../context.ts"
import { link } from "../model/address.ts"
import { placed, supplierText } from "../model/supplier-text.ts"
import { count, counted, duration, moment, NOTHING, titleOf, visible } from "../model/words.ts"
import { Either } from "../kpi/controls.tsx"
import { CopyText } from "../parts/copy.tsx"
import { Empty, Problem, Waiting } from "../parts/states.tsx"
import { Verdict } from "../parts/verdict.tsx"
import { Sent } from "../parts/text.tsx"
import { Sheet } from "../parts/sheet.tsx"
import { Heading } from "../parts/heading.tsx"

const Samples = ({ reason }: { readonly reason: Reason }) => (
  <Sheet caption={`Where: ${reason.message}`} kind="samples">
    <thead>
      <tr>
        <th scope="col" class="number">
          Line
        </th>
        <th scope="col">Column</th>
        <th scope="col">Value</th>
      </tr>
    </thead>
    <tbody>
      {placed(reason.samples).map(({ line, column, value }, index) => (
        <tr key={index}>
          <td class="number">{line ?? NOTHING}</td>
          <td>
            <Sent text={column ?? NOTHING} />
          </td>
          <td>{value === null ? <span class="soft">nothing</span> : <Sent kind="value" text={value} />}</td>
        </tr>
      ))}
    </tbody>
  </Sheet>
)

const ReasonOf = ({ reason, help }: { readonly reason: Reason; readonly help: Run["help"] }) => {
  const { locale } = useShown()
  const words = help[reason.code]
  const samples = placed(reason.samples)
  return (
    <li class="reason">
      <p>
        <strong>
          <Sent text={reason.message} />
        </strong>{" "}
        <span class="soft">
          {reason.severity === "warning" ? "Warning · " : ""}
          {samples.length > 0 && `${counted(reason.count, "row", locale)} · `}
          {reason.code}
        </span>
      </p>
      {words !== undefined && (
        <p class="soft">
          {words.meaning} {words.remedy}
        </p>
      )}
      {samples.length > 0 && <Samples reason={reason} />}
    </li>
  )
}

const FileOf = ({
  file,
  help,
  open,
}: {
  readonly file: FileReport
  readonly help: Run["help"]
  readonly open: boolean
}) => {
  const { locale } = useShown()
  const rows = file.rows ?? undefined
  const line = (
    <>
      <Verdict verdict={file.verdict} /> <Sent kind="path" text={file.key} />{" "}
      {rows !== undefined && (
        <span class="soft">
          {counted(rows.total, "row", locale)}
          {rows.invalid > 0 && `, ${count(rows.invalid, locale)} invalid`}
        </span>
      )}
    </>
  )
  if (file.reasons.length === 0) return <li class="file">{line}</li>
  return (
    <li class="file">
      <details open={open}>
        <summary>{line}</summary>
        <ul class="reasons">
          {file.reasons.map((reason, index) => (
            <ReasonOf key={index} reason={reason} help={help} />
          ))}
        </ul>
        <CopyText title="What to tell the supplier" text={supplierText(file, help)} />
      </details>
    </li>
  )
}

const RowCounts = ({ rows }: { readonly rows: Readonly<Record<string, number | null>> }) => {
  const { locale } = useShown()
  return (
    <dl class="counts">
      {Object.entries(rows)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{titleOf(name)}</dt>
            <dd>{count(value ?? 0, locale)}</dd>
          </div>
        ))}
    </dl>
  )
}

const FILES_SHOWN = 200

const FilesOf = ({ run }: { readonly run: Run }) => {
  const { report, help } = run
  const of = (verdict: string) => report.files.filter((one) => one.verdict === verdict)
  const options = [
    { name: "all", title: `All ${report.files.length}` },
    ...["rejected", "valid", "skipped"]
      .filter((verdict) => of(verdict).length > 0)
      .map((verdict) => ({ name: verdict, title: `${of(verdict).length} ${verdict}` })),
  ]
  const asked = useAddress().query["file"]
  const [chosen, setChosen] = useState(asked === undefined && of("rejected").length > 0 ? "rejected" : "all")
  const [most, setMost] = useState(FILES_SHOWN)
  const all = chosen === "all" ? report.files : of(chosen)
  // The file that somebody came for stands first.
  const files = all.toSorted((a, b) => Number(b.key === asked) - Number(a.key === asked))
  if (report.files.length === 0) return <Empty title="Nothing is known of this run's files yet." />
  return (
    <>
      <Either label="Which files" options={options} chosen={chosen} onChoose={setChosen} />
      <ul class="files">
        {files.slice(0, most).map((file, index) => (
          <FileOf key={file.key} file={file} help={help} open={index === 0 && file.verdict === "rejected"} />
        ))}
      </ul>
      {files.length > most && (
        <button type="button" onClick={() => setMost(most + FILES_SHOWN)}>
          More files
        </button>
      )}
    </>
  )
}

const Failure = ({ failure }: { readonly failure: NonNullable<Run["report"]["failure"]> }) => (
  <div class="problem">
    <p>
      <strong>{failure.reason}</strong>
    </p>
    <p>{failure.next}</p>
    {failure.evidence.length > 0 && (
      <ul>
        {failure.evidence.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
    )}
  </div>
)

export const RunPage = ({ id }: { readonly id: string }) => {
  const { locale } = useShown()
  const { answer, problem, again } = useAsked<Run>(`/api/runs/${encodeURIComponent(id)}`)
  return (
    <>
      <p class="soft crumbs">
        <a href={link("files")}>Files</a>
      </p>
      <Heading title={`Run ${visible(id)}`} />
      {problem !== undefined && <Problem problem={problem} again={again} />}
      {problem === undefined && answer === undefined && <Waiting />}
      {answer !== undefined && (
        <>
          <section class="card" aria-labelledby="what">
            <h2 id="what">
              <Verdict verdict={answer.report.status} />
            </h2>
            <p class="soft">
              {answer.report.dataset ?? "Several datasets"} · began {moment(answer.report.started, locale)} · took{" "}
              {duration(answer.report.seconds, locale)}
            </p>
            {answer.report.failure !== null && <Failure failure={answer.report.failure} />}
            {answer.report.rows !== null && <RowCounts rows={answer.report.rows} />}
          </section>
          <section class="card" aria-labelledby="run-files">
            <h2 id="run-files">Files</h2>
            <FilesOf run={answer} />
          </section>
        </>
      )}
    </>
  )
}
