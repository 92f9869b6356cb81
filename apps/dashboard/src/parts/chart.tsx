/** A line over periods. What is drawn is rounded to pixels; what is read beside it is exact. */
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks"
import uPlot from "uplot"
import { forDrawing, isNumeric } from "../model/decimal.ts"
import { secondsOf } from "../model/dates.ts"
import { shortDay } from "../model/words.ts"
import { Sheet } from "./sheet.tsx"

export interface ChartProps {
  readonly title: string
  readonly periods: ReadonlyArray<string>
  readonly values: ReadonlyArray<unknown>
  /** The period that is shown elsewhere on the page. */
  readonly chosen: string
  readonly written: (value: unknown) => string
  readonly writtenPeriod: (period: string) => string
  readonly locale: string
  readonly onChoose: (period: string) => void
}

const colours = (element: Element) => {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return { line: of("--accent"), fill: of("--accent-wash"), grid: of("--line"), text: of("--soft"), mark: of("--ink") }
}

const compact = (locale: string) => {
  const formatter = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 })
  return (value: number) => formatter.format(value)
}

const HEIGHT = 190

const draw = (
  element: HTMLElement,
  data: uPlot.AlignedData,
  { locale, chosen }: Pick<ChartProps, "locale" | "chosen">,
  point: (index: number) => void,
): uPlot => {
  const { line, fill, grid, text, mark } = colours(element)
  const font = `11px ${getComputedStyle(element).fontFamily}`
  const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } }
  const short = compact(locale)
  const at = secondsOf(chosen)
  const marked = (plot: uPlot) => {
    const x = Math.round(plot.valToPos(at, "x", true))
    if (x < plot.bbox.left || x > plot.bbox.left + plot.bbox.width) return
    plot.ctx.save()
    plot.ctx.strokeStyle = mark
    plot.ctx.globalAlpha = 0.45
    plot.ctx.setLineDash([3, 3])
    plot.ctx.beginPath()
    plot.ctx.moveTo(x, plot.bbox.top)
    plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height)
    plot.ctx.stroke()
    plot.ctx.restore()
  }
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      cursor: { drag: { x: false, y: false }, y: false },
      scales: {
        y: { range: (_plot, low, high) => [Math.min(0, low ?? 0), (high ?? 1) === 0 ? 1 : (high ?? 1) * 1.05] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          space: 70,
          values: (_plot, splits) =>
            splits.map((seconds) => shortDay(new Date(seconds * 1000).toISOString().slice(0, 10), locale)),
        },
        { ...axis, size: 52, values: (_plot, splits) => splits.map(short) },
      ],
      series: [{}, { stroke: line, width: 1.75, fill, points: { show: (data[0]?.length ?? 0) < 32, size: 5 } }],
      hooks: { draw: [marked], setCursor: [(plot) => point(plot.cursor.idx ?? -1)] },
    },
    data,
    element,
  )
}

const AsTable = ({ title, periods, values, written, writtenPeriod }: ChartProps) => (
  <details class="as-table">
    <summary>The chart as a table</summary>
    <Sheet caption={`${title} by period`}>
      <thead>
        <tr>
          <th scope="col">Period</th>
          <th scope="col" class="number">
            {title}
          </th>
        </tr>
      </thead>
      <tbody>
        {periods
          .map((period, index) => ({ period, value: values[index] }))
          .toReversed()
          .map(({ period, value }) => (
            <tr key={period}>
              <th scope="row">{writtenPeriod(period)}</th>
              <td class="number">{written(value)}</td>
            </tr>
          ))}
      </tbody>
    </Sheet>
  </details>
)

/** The step that a key asks for among `last + 1` periods, or undefined when the key means nothing here. */
const stepped = (key: string, at: number, last: number): number | undefined => {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageUp: at - 7,
    PageDown: at + 7,
    Home: 0,
    End: last,
  }
  const to = steps[key]
  return to === undefined ? undefined : Math.max(0, Math.min(last, to))
}

export const Chart = (props: ChartProps) => {
  const { title, periods, values, chosen, written, writtenPeriod, locale, onChoose } = props
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const [pointed, setPointed] = useState(-1)
  const id = useId()
  const data = useMemo<uPlot.AlignedData>(
    () => [periods.map(secondsOf), values.map((value) => (isNumeric(value) ? forDrawing(value) : null))],
    [periods, values],
  )
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const make = () => {
      plot.current?.destroy()
      plot.current = draw(element, data, { locale, chosen }, setPointed)
    }
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }))
    const dark = matchMedia("(prefers-color-scheme: dark)")
    make()
    resized.observe(element)
    dark.addEventListener("change", make)
    return () => {
      resized.disconnect()
      dark.removeEventListener("change", make)
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [data, locale, chosen])
  const last = periods.length - 1
  const standing = pointed >= 0 ? Math.min(pointed, last) : Math.max(0, periods.indexOf(chosen))
  const reading = `${writtenPeriod(periods[standing] ?? chosen)}: ${written(values[standing])}`
  const move = (index: number) => {
    setPointed(index)
    const left = plot.current?.valToPos(data[0]?.[index] ?? 0, "x")
    if (left !== undefined) plot.current?.setCursor({ left, top: HEIGHT / 2 }, false)
  }
  return (
    <figure class="chart">
      <figcaption id={id}>
        <span>{title}</span>
        <span class="reading">{reading}</span>
      </figcaption>
      <div
        ref={place}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={standing}
        aria-valuetext={reading}
        onClick={() => pointed >= 0 && onChoose(periods[pointed] ?? chosen)}
        onKeyDown={(event) => {
          const to = stepped(event.key, standing, last)
          if (event.key === "Enter") onChoose(periods[standing] ?? chosen)
          else if (to !== undefined) {
            event.preventDefault()
            move(to)
          }
        }}
      />
      <AsTable {...props} />
    </figure>
  )
}
