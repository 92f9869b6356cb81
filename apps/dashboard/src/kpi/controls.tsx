/** What a reader chooses: the day, the measure, the group, the words to look for. */
import { useEffect, useId, useRef, useState } from "preact/hooks"
import type { Kpi, Measure } from "../api.ts"
import { addDays, isDay } from "../model/dates.ts"
import { groupsOf } from "./figures.ts"

export const DatePicker = ({
  date,
  first,
  last,
  onDate,
}: {
  readonly date: string
  readonly first: string
  readonly last: string
  readonly onDate: (date: string) => void
}) => {
  const id = useId()
  return (
    <div class="picker">
      <button
        type="button"
        aria-label="The day before"
        disabled={date <= first}
        onClick={() => onDate(addDays(date, -1))}
      >
        ‹
      </button>
      <label class="unseen" for={id}>
        Business date
      </label>
      <input
        id={id}
        type="date"
        value={date}
        min={first}
        max={last}
        onChange={(event) => isDay(event.currentTarget.value) && onDate(event.currentTarget.value)}
      />
      <button type="button" aria-label="The day after" disabled={date >= last} onClick={() => onDate(addDays(date, 1))}>
        ›
      </button>
      <button type="button" disabled={date === last} onClick={() => onDate(last)}>
        Newest
      </button>
    </div>
  )
}

interface Option {
  readonly name: string
  readonly title: string
}

/** What can be chosen, one of it. */
interface Offered {
  readonly label: string
  readonly options: ReadonlyArray<Option>
  readonly chosen: string
  readonly onChoose: (name: string) => void
}

export const Choice = ({ label, options, chosen, onChoose }: Offered) => {
  const id = useId()
  return (
    <span class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </span>
  )
}

export const MeasureChoice = ({
  kpi,
  measure,
  onChoose,
}: {
  readonly kpi: Kpi
  readonly measure: Measure
  readonly onChoose: (name: string) => void
}) => <Choice label="By" options={kpi.measures} chosen={measure.name} onChoose={onChoose} />

export const GroupChoice = ({
  kpi,
  group,
  onChoose,
}: {
  readonly kpi: Kpi
  readonly group: string | undefined
  readonly onChoose: (name: string) => void
}) => {
  const groups = groupsOf(kpi)
  if (groups.length === 0) return null
  const single = { name: "", title: kpi.dimensions.map(({ title }) => title).join(", ") }
  return <Choice label="Rows" options={[single, ...groups]} chosen={group ?? ""} onChoose={onChoose} />
}

/** Waits until the typing stops: each answer is a question to the server. */
export const Search = ({
  label,
  text,
  onText,
}: {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
}) => {
  const id = useId()
  const [typed, setTyped] = useState(text)
  // What comes back of one's own must not undo what has been typed meanwhile.
  const told = useRef(text)
  useEffect(() => {
    if (text === told.current) return
    told.current = text
    setTyped(text)
  }, [text])
  useEffect(() => {
    if (typed === told.current) return undefined
    const waiting = setTimeout(() => {
      told.current = typed
      onText(typed)
    }, 60)
    return () => clearTimeout(waiting)
  }, [typed, onText])
  return (
    <span class="choice">
      <label for={id} class="unseen">
        {label}
      </label>
      <input
        id={id}
        type="search"
        placeholder={label}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </span>
  )
}

export const Either = ({ label, options, chosen, onChoose }: Offered) => (
  <div class="either" role="group" aria-label={label}>
    {options.map(({ name, title }) => (
      <button key={name} type="button" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
        {title}
      </button>
    ))}
  </div>
)
