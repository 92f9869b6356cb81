/** What the page is about: said in the page, and by the browser in its tabs and its history. */
import type { ComponentChildren } from "preact"
import { useEffect } from "preact/hooks"
import { useShown } from "../context.ts"

export const Heading = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => {
  const { target } = useShown().overview
  useEffect(() => {
    document.title = `${title} · ${target.name}`
  }, [title, target.name])
  return <h1>{children ?? title}</h1>
}
