/** A table with its caption, in a box that scrolls when the table is wider or longer: by keyboard, too, where it does. */
import type { ComponentChildren } from "preact"
import { useEffect, useRef, useState } from "preact/hooks"

export interface SheetProps {
  readonly caption: string
  readonly kind?: string
  readonly tall?: boolean
  readonly children: ComponentChildren
}

export const Sheet = ({ caption, kind, tall = false, children }: SheetProps) => {
  const box = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const look = () =>
      setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight)
    const resized = new ResizeObserver(look)
    resized.observe(element)
    for (const child of element.children) resized.observe(child)
    return () => resized.disconnect()
  }, [])
  return (
    <div
      ref={box}
      class={tall ? "scroll tall" : "scroll"}
      {...(scrolls ? { role: "region", tabIndex: 0, "aria-label": caption } : {})}
    >
      <table class={kind}>
        <caption class="unseen">{caption}</caption>
        {children}
      </table>
    </div>
  )
}
