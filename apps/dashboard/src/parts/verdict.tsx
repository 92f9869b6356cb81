const marks: Readonly<Record<string, string>> = {
  valid: "✓",
  rejected: "✕",
  skipped: "–",
  SUCCEEDED: "✓",
  FAILED: "✕",
  TIMED_OUT: "✕",
  ABORTED: "✕",
}

const words: Readonly<Record<string, string>> = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "took too long",
  ABORTED: "was stopped",
  RUNNING: "is running",
  PENDING_REDRIVE: "will start again",
}

/** What became of a file or a run, in a word that doesn't need its colour. */
export const Verdict = ({ verdict }: { readonly verdict: string }) => (
  <span class={`verdict ${verdict.toLowerCase()}`}>
    <span aria-hidden="true">{marks[verdict] ?? "…"}</span> {words[verdict] ?? verdict}
  </span>
)
