/** A figure that leads to its rows. Where there is nowhere to go, as in a report, it is text. */
import { useShown } from "../context.ts"

export const Figure = ({ to, text }: { readonly to: string | undefined; readonly text: string }) =>
  useShown().source.date === undefined && to !== undefined ? (
    <a class="figure" href={to}>
      {text}
    </a>
  ) : (
    <span class="figure">{text}</span>
  )
