/** Whether the platform is well: how fresh its tables are, how long runs take, what lies about, what it costs. */
import type { Health } from "../api.ts"
import { useAsked, useShown } from "../context.ts"
import { ago, count, day, duration, figures, moment, NOTHING, share } from "../model/words.ts"
import { Empty, Problem, Waiting } from "../parts/states.tsx"
import { RunLink } from "../parts/run-link.tsx"
import { Sheet } from "../parts/sheet.tsx"
import { Verdict } from "../parts/verdict.tsx"
import { Heading } from "../parts/heading.tsx"

const Freshness = ({ freshness }: Pick<Health, "freshness">) => {
  const { locale } = useShown()
  return (
    <section class="card" aria-labelledby="freshness">
      <h2 id="freshness">Freshness</h2>
      {freshness.length === 0 ? (
        <Empty title="There is no dataset." />
      ) : (
        <Sheet caption="How fresh each dataset's table is">
          <thead>
            <tr>
              <th scope="col">Dataset</th>
              <th scope="col">Newest business date</th>
              <th scope="col">Last load</th>
            </tr>
          </thead>
          <tbody>
            {freshness.map(({ dataset, newest, loaded, hours }) => (
              <tr key={dataset}>
                <th scope="row">{dataset}</th>
                <td>{newest === null ? NOTHING : day(newest, locale)}</td>
                <td>
                  {loaded === null ? "never, in the runs that were looked at" : moment(loaded, locale)}{" "}
                  {hours !== null && <span class="soft">{ago(hours * 3600, locale)}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </Sheet>
      )}
    </section>
  )
}

/** A run that takes half as long again as usual is worth a look. */
const SLOW = 1.5

const Durations = ({ durations }: Pick<Health, "durations">) => {
  const { locale } = useShown()
  return (
    <section class="card" aria-labelledby="durations">
      <h2 id="durations">How long runs took</h2>
      {durations.length === 0 ? (
        <Empty title="There was no run yet." />
      ) : (
        <Sheet caption="The last runs and how long they took, beside the median of the same weekday" kind="even">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Dataset</th>
              <th scope="col">Status</th>
              <th scope="col" class="number">
                Took
              </th>
              <th scope="col" class="number">
                Usual on that weekday
              </th>
            </tr>
          </thead>
          <tbody>
            {durations.map(({ runId, dataset, status, started, seconds, usual }) => {
              const slow = usual !== null && seconds > SLOW * usual
              return (
                <tr key={runId}>
                  <th scope="row">
                    <RunLink runId={runId} started={started} />
                  </th>
                  <td>{dataset ?? NOTHING}</td>
                  <td>
                    <Verdict verdict={status} />
                  </td>
                  <td class={slow ? "number bad" : "number"}>
                    {duration(seconds, locale)}
                    {slow && <span class="unseen"> (slower than usual)</span>}
                  </td>
                  <td class="number">{usual === null ? NOTHING : duration(usual, locale)}</td>
                </tr>
              )
            })}
          </tbody>
        </Sheet>
      )}
    </section>
  )
}

const Tables = ({ tables }: Pick<Health, "tables">) => {
  const { locale } = useShown()
  return (
    <section class="card" aria-labelledby="tables">
      <h2 id="tables">Tables</h2>
      {tables.length === 0 ? (
        <Empty title="There is no table yet." />
      ) : (
        <Sheet caption="Rows and files of each table" kind="even">
          <thead>
            <tr>
              <th scope="col">Table</th>
              {["Rows", "Files", "Small files"].map((head) => (
                <th key={head} scope="col" class="number">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tables.map(({ name, rows, files, smallFiles }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{rows === null ? NOTHING : count(rows, locale)}</td>
                <td class="number">{count(files, locale)}</td>
                <td class="number">
                  {count(smallFiles, locale)} <span class="soft">{share(smallFiles, files, locale)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </Sheet>
      )}
      <p class="soft">Maintenance puts small files together, every night.</p>
    </section>
  )
}

const money = ({ amount, currency }: NonNullable<Health["cost"]["price"]>, locale: string): string =>
  figures({ kind: "decimal" }, [amount], { locale, currency })(amount)

const Sums = ({ deadLetters, cost }: Pick<Health, "deadLetters" | "cost">) => {
  const { locale } = useShown()
  return (
    <section class="card" aria-labelledby="sums">
      <h2 id="sums">Left over, and spent</h2>
      <dl class="counts">
        <div>
          <dt>Dead letters</dt>
          <dd class={(deadLetters ?? 0) > 0 ? "bad" : undefined}>
            {deadLetters === null ? NOTHING : count(deadLetters, locale)}
          </dd>
          <dd class="small soft">
            {deadLetters === null ? "can't be seen from here" : "events that nobody could work on"}
          </dd>
        </div>
        <div>
          <dt>DPU-hours</dt>
          <dd>
            {cost.dpuHours === null
              ? NOTHING
              : new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(cost.dpuHours)}
          </dd>
          <dd class="small soft">of the last {count(cost.runs, locale)} runs</dd>
        </div>
        <div>
          <dt>Their price</dt>
          <dd>{cost.price === null ? NOTHING : money(cost.price, locale)}</dd>
          {cost.price === null && <dd class="small soft">no price is set</dd>}
        </div>
      </dl>
    </section>
  )
}

export const HealthPage = () => {
  const { answer, problem, again } = useAsked<Health>("/api/health")
  return (
    <>
      <Heading title="Health" />
      {problem !== undefined && <Problem problem={problem} again={again} />}
      {problem === undefined && answer === undefined && <Waiting />}
      {answer !== undefined && (
        <>
          <div class="halves">
            <Freshness freshness={answer.freshness} />
            <Sums deadLetters={answer.deadLetters} cost={answer.cost} />
          </div>
          <Tables tables={answer.tables} />
          <Durations durations={answer.durations} />
        </>
      )}
    </>
  )
}
