/** The files that came: the last runs, and how each supplier does. */
import type { Runs as AllRuns, Suppliers as Scores } from "../api.ts"
import { useAsked, useShown } from "../context.ts"
import { question } from "../model/address.ts"
import { count, counted, duration, moment, NOTHING, share } from "../model/words.ts"
import { Choice } from "../kpi/controls.tsx"
import { Empty, Problem, Waiting } from "../parts/states.tsx"
import { Verdict } from "../parts/verdict.tsx"
import { useState } from "preact/hooks"
import { Sent } from "../parts/text.tsx"
import { RunLink } from "../parts/run-link.tsx"
import { Sheet } from "../parts/sheet.tsx"
import { Heading } from "../parts/heading.tsx"

const runHeads = ["Began", "Dataset", "Status"] as const

const RunsTable = ({ runs }: { readonly runs: AllRuns }) => {
  const { locale } = useShown()
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? NOTHING : count(value, locale)
  return (
    <Sheet caption="The last runs, the newest first" kind="even">
      <thead>
        <tr>
          {runHeads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
          {["Valid", "Rejected", "Skipped", "New rows", "Took"].map((head) => (
            <th key={head} scope="col" class="number">
              {head}
            </th>
          ))}
          <th scope="col">Run</th>
        </tr>
      </thead>
      <tbody>
        {runs.map(({ runId, started, dataset, status, files, appended, seconds }) => (
          <tr key={runId}>
            <th scope="row">
              <RunLink runId={runId} started={started} />
            </th>
            <td>{dataset ?? NOTHING}</td>
            <td>
              <Verdict verdict={status} />
            </td>
            <td class="number">{number(files?.valid)}</td>
            <td class={(files?.rejected ?? 0) > 0 ? "number bad" : "number"}>{number(files?.rejected)}</td>
            <td class="number">{number(files?.skipped)}</td>
            <td class="number">{number(appended)}</td>
            <td class="number">{duration(seconds, locale)}</td>
            <td class="soft">{runId}</td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}

const Runs = () => {
  const { overview } = useShown()
  const [limit, setLimit] = useState(25)
  const { answer, problem, again } = useAsked<AllRuns>(question("/api/runs", { limit }))
  return (
    <section class="card" aria-labelledby="runs">
      <h2 id="runs">Runs</h2>
      {problem !== undefined && <Problem problem={problem} again={again} />}
      {problem === undefined && answer === undefined && <Waiting />}
      {answer?.length === 0 && (
        <Empty title="No file has come yet.">
          Send some: <code>{overview.target.local ? "pos demo" : "pos ingest"}</code>.
        </Empty>
      )}
      {answer !== undefined && answer.length > 0 && <RunsTable runs={answer} />}
      {answer !== undefined && answer.length === limit && (
        <button type="button" onClick={() => setLimit(limit * 2)}>
          More runs
        </button>
      )}
    </section>
  )
}

const spans = [
  { name: "7", title: "7 days" },
  { name: "30", title: "30 days" },
  { name: "90", title: "90 days" },
]

const scoreHeads = ["Files", "Rejected", "Rows", "Invalid rows", "Days with files", "Usual time, UTC"] as const

const Scorecard = ({ scores }: { readonly scores: Scores }) => {
  const { locale } = useShown()
  return (
    <>
      <Sheet caption="Suppliers, by the folder that they send to" kind="even">
        <thead>
          <tr>
            <th scope="col">Folder</th>
            <th scope="col">Dataset</th>
            {scoreHeads.map((head) => (
              <th key={head} scope="col" class="number">
                {head}
              </th>
            ))}
            <th scope="col">Last file</th>
            <th scope="col">Most often wrong</th>
          </tr>
        </thead>
        <tbody>
          {scores.suppliers.map((one) => (
            <tr key={`${one.folder} ${one.dataset}`}>
              <th scope="row">{one.folder === "" ? "(no folder)" : <Sent kind="path" text={one.folder} />}</th>
              <td>{one.dataset ?? NOTHING}</td>
              <td class="number">{count(one.files, locale)}</td>
              <td class={one.rejected > 0 ? "number bad" : "number"}>
                {count(one.rejected, locale)} <span class="soft">{share(one.rejected, one.files, locale)}</span>
              </td>
              <td class="number">{count(one.rows, locale)}</td>
              <td class={one.invalid > 0 ? "number bad" : "number"}>
                {count(one.invalid, locale)} <span class="soft">{share(one.invalid, one.rows, locale)}</span>
              </td>
              <td class="number">
                {count(one.days, locale)} <span class="soft">of {count(scores.days, locale)}</span>
              </td>
              <td class="number">{one.usualTime}</td>
              <td>{moment(one.last, locale)}</td>
              <td>
                {one.reason === null ? NOTHING : `${one.reason.code} (${counted(one.reason.files, "file", locale)})`}
              </td>
            </tr>
          ))}
        </tbody>
      </Sheet>
      <p class="soft">From {counted(scores.runs, "run", locale)}.</p>
    </>
  )
}

const Suppliers = () => {
  const [days, setDays] = useState("30")
  const { answer, problem, again } = useAsked<Scores>(question("/api/suppliers", { days }))
  return (
    <section class="card" aria-labelledby="suppliers">
      <div class="bar">
        <h2 id="suppliers">Suppliers</h2>
        <Choice label="Of the last" options={spans} chosen={days} onChoose={setDays} />
      </div>
      {problem !== undefined && <Problem problem={problem} again={again} />}
      {problem === undefined && answer === undefined && <Waiting />}
      {answer?.suppliers.length === 0 && <Empty title={`No file came in the last ${days} days.`} />}
      {answer !== undefined && answer.suppliers.length > 0 && <Scorecard scores={answer} />}
    </section>
  )
}

export const Files = () => (
  <>
    <Heading title="Files" />
    <Runs />
    {useShown().source.has("/api/suppliers") && <Suppliers />}
  </>
)
