/** Text that can be taken along: shown as it is, with a button that copies it. */
import { useState } from "preact/hooks"
import { useShown } from "../context.ts"

export const CopyText = ({ title, text }: { readonly title: string; readonly text: string }) => {
  const { status } = useShown()
  const [word, setWord] = useState("Copy as text")
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setWord("Copied")
        status("Copied.")
      },
      () => setWord("Not allowed here: select the text, and copy it"),
    )
  }
  return (
    <div class="copy">
      <div class="bar">
        <h3>{title}</h3>
        <button type="button" onClick={copy}>
          {word}
        </button>
      </div>
      <pre class="scroll" tabIndex={0} role="region" aria-label={title}>
        {text}
      </pre>
    </div>
  )
}
