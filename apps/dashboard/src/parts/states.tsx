/** What stands where figures would: on their way, none, or none to be had. */
import type { ComponentChildren } from "preact"
import type { Unanswered } from "../source.ts"

export const Waiting = () => (
  <div class="waiting" aria-hidden="true">
    <span />
    <span />
    <span />
  </div>
)

export const Problem = ({ problem, again }: { readonly problem: Unanswered; readonly again?: () => void }) => (
  <div class="problem" role="alert">
    <p>
      <strong>{problem.message}</strong>
    </p>
    <p>{problem.remedy}</p>
    {again !== undefined && (
      <button type="button" onClick={again}>
        Try again
      </button>
    )}
  </div>
)

export const Empty = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="empty">
    <p>
      <strong>{title}</strong>
    </p>
    {children !== undefined && <p>{children}</p>}
  </div>
)
