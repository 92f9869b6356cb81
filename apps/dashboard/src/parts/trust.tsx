/** How far a figure can be trusted, in a word, and why in sentences. */
import type { Trust } from "../api.ts"

const levels = {
  complete: { word: "Complete", mark: "✓" },
  provisional: { word: "Provisional", mark: "◔" },
  doubtful: { word: "Doubtful", mark: "!" },
} as const

export const TrustBadge = ({ trust }: { readonly trust: Trust }) => {
  const { word, mark } = levels[trust.level]
  const face = (
    <>
      <span aria-hidden="true">{mark}</span> {word}
    </>
  )
  if (trust.sentences.length === 0) return <span class={`badge ${trust.level}`}>{face}</span>
  return (
    <details class="trust">
      <summary class={`badge ${trust.level}`}>{face}</summary>
      <ul>
        {trust.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  )
}
