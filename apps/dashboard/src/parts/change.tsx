/** How much a figure is more or less than an earlier one. It says what changed, and not whether that is good. */
import { change, isNumeric, sign } from "../model/decimal.ts"
import { NOTHING, percent } from "../model/words.ts"

const arrows = { "-1": "▼", "0": "=", "1": "▲" } as const

export const Change = ({
  now,
  before,
  locale,
}: {
  readonly now: unknown
  readonly before: unknown
  readonly locale: string
}) => {
  const share = isNumeric(now) && isNumeric(before) ? change(now, before) : undefined
  if (share === undefined)
    return (
      <span class="change none">
        <span aria-hidden="true">{NOTHING}</span>
        <span class="unseen">not comparable</span>
      </span>
    )
  const direction = sign(share)
  return (
    <span class={direction < 0 ? "change less" : direction > 0 ? "change more" : "change same"}>
      <span aria-hidden="true" class="arrow">
        {arrows[`${direction}`]}
      </span>
      {percent(share, locale)}
    </span>
  )
}
