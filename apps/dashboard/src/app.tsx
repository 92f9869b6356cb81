/** The frame of every page: what is open, where the reader may go, and what is being loaded. */
import { useCallback, useEffect, useErrorBoundary, useMemo, useRef, useState } from "preact/hooks"
import type { Overview } from "./api.ts"
import { Shown, type ShownHere, unanswered, useAddress, useAnswer } from "./context.ts"
import { locale } from "./locale.ts"
import { link } from "./model/address.ts"
import { Problem, Waiting } from "./parts/states.tsx"
import { Files } from "./pages/files.tsx"
import { HealthPage } from "./pages/health.tsx"
import { KpiPage } from "./pages/kpi.tsx"
import { Missing } from "./pages/missing.tsx"
import { NumberPage } from "./pages/number.tsx"
import { RunPage } from "./pages/run.tsx"
import { Today } from "./pages/today.tsx"
import type { Source } from "./source.ts"

const pages = [
  { page: "", title: "Today", asks: "/api/overview" },
  { page: "files", title: "Files", asks: "/api/runs" },
  { page: "health", title: "Health", asks: "/api/health" },
] as const

/** Another page begins at its top, and those who listen hear its beginning. */
const useBeginning = (page: string, name: string | undefined) => {
  const shown = useRef(`${page} ${name}`)
  useEffect(() => {
    if (shown.current === `${page} ${name}`) return
    shown.current = `${page} ${name}`
    scrollTo(0, 0)
    document.getElementById("main")?.focus({ preventScroll: true })
  }, [page, name])
}

const Page = () => {
  const { page, name } = useAddress()
  if (page === "" && name === undefined) return <Today />
  if (page === "kpi" && name !== undefined) return <KpiPage name={name} key={name} />
  if (page === "number" && name !== undefined) return <NumberPage name={name} key={name} />
  if (page === "files") return name === undefined ? <Files /> : <RunPage id={name} key={name} />
  if (page === "health") return <HealthPage />
  return <Missing what="page" name={page} />
}

/** A fault in one page must not leave an empty window: it is told, and the other pages go on. */
const Guarded = () => {
  const [error, forget] = useErrorBoundary()
  return error === undefined ? <Page /> : <Problem problem={unanswered(error)} again={forget} />
}

const Navigation = ({ source }: { readonly source: Source }) => {
  const { page, query } = useAddress()
  const kept = { date: query["date"] }
  return (
    <nav aria-label="Pages">
      <ul>
        {pages
          .filter(({ asks }) => source.has(asks))
          .map((one) => (
            <li key={one.page}>
              <a href={link(one.page, undefined, kept)} aria-current={page === one.page ? "page" : undefined}>
                {one.title}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  )
}

const Frame = ({ source, status }: { readonly source: Source; readonly status: (text: string) => void }) => {
  const { page, name } = useAddress()
  useBeginning(page, name)
  const asked = useAnswer<Overview>("/api/overview", source, status)
  const shown = useMemo<ShownHere | undefined>(
    () => (asked.answer === undefined ? undefined : { source, status, overview: asked.answer, locale }),
    [asked.answer, source, status],
  )
  return (
    <>
      <header class="top">
        <p class="brand">
          <a href={link("")}>
            <span class="mark" aria-hidden="true" />
            {asked.answer?.target.name ?? "POS"}
          </a>
          {source.date !== undefined && <span class="tag">Report</span>}
        </p>
        <Navigation source={source} />
      </header>
      <main id="main" tabIndex={-1}>
        {asked.problem !== undefined && <Problem problem={asked.problem} again={asked.again} />}
        {asked.problem === undefined && shown === undefined && <Waiting />}
        {shown !== undefined && (
          <Shown.Provider value={shown}>
            <Guarded key={`${page} ${name}`} />
          </Shown.Provider>
        )}
      </main>
    </>
  )
}

export const App = ({ source }: { readonly source: Source }) => {
  const [status, setStatus] = useState("")
  const main = useRef<number>(0)
  const tell = useCallback((text: string) => {
    cancelAnimationFrame(main.current)
    main.current = requestAnimationFrame(() => setStatus(text))
  }, [])
  useEffect(() => () => cancelAnimationFrame(main.current), [])
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById("main")?.focus()
        }}
      >
        Skip to content
      </a>
      <Frame source={source} status={tell} />
      <p class="unseen" role="status" aria-live="polite">
        {status}
      </p>
    </>
  )
}
