/** What every part of a page may ask for. */
import { createContext } from "preact"
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks"
import type { Overview } from "./api.ts"
import { type Address, parse } from "./model/address.ts"
import { type Source, Unanswered } from "./source.ts"

export interface ShownHere {
  readonly source: Source
  readonly overview: Overview
  /** The reader's locale, as the browser names it. */
  readonly locale: string
  /** Says something to those who listen instead of look. */
  readonly status: (text: string) => void
}

export const Shown = createContext<ShownHere | undefined>(undefined)

export const useShown = (): ShownHere => {
  const shown = useContext(Shown)
  if (shown === undefined) throw new Error("The overview is read before any page is shown.")
  return shown
}

export const useAddress = (): Address => {
  const [address, setAddress] = useState(() => parse(location.hash))
  useEffect(() => {
    const follow = () => setAddress(parse(location.hash))
    addEventListener("hashchange", follow)
    return () => removeEventListener("hashchange", follow)
  }, [])
  return address
}

/** Shows another address. `replaced` keeps no step to go back to: for what is typed. */
export const go = (to: string, replaced = false): void => {
  if (!replaced) location.hash = to
  else {
    history.replaceState(null, "", to)
    dispatchEvent(new HashChangeEvent("hashchange"))
  }
}

export interface Asked<A> {
  /** The newest answer there is: while another is on its way, the one before. */
  readonly answer: A | undefined
  readonly problem: Unanswered | undefined
  readonly loading: boolean
  readonly again: () => void
}

/** Whatever went wrong, in words for people. */
export const unanswered = (error: unknown): Unanswered =>
  error instanceof Unanswered
    ? error
    : new Unanswered(`This page has a fault: ${String(error)}`, "Load the page again, and report it if it stays.")

/** Asks, and asks again when the path is another one. An answer that comes too late is dropped. */
export const useAnswer = <A>(path: string | undefined, source: Source, status: (text: string) => void): Asked<A> => {
  const [state, setState] = useState<{ readonly path?: string; readonly answer?: A; readonly problem?: Unanswered }>({})
  const [turn, setTurn] = useState(0)
  const told = useRef(status)
  told.current = status
  useEffect(() => {
    if (path === undefined) return undefined
    const abort = new AbortController()
    const late = setTimeout(() => told.current("Loading…"), 400)
    const done = (
      next: (before: { readonly answer?: A }) => { readonly answer?: A; readonly problem?: Unanswered },
    ) => {
      clearTimeout(late)
      if (!abort.signal.aborted) setState((before) => ({ ...next(before), path }))
    }
    source.ask<A>(path, abort.signal).then(
      (answer) => {
        done(() => ({ answer }))
        if (!abort.signal.aborted) told.current("Loaded.")
      },
      (error: unknown) =>
        done(({ answer }) => ({ problem: unanswered(error), ...(answer !== undefined && { answer }) })),
    )
    return () => {
      clearTimeout(late)
      abort.abort()
    }
  }, [path, source, turn])
  const again = useCallback(() => setTurn((before) => before + 1), [])
  const current = state.path === path
  return {
    answer: path === undefined ? undefined : state.answer,
    problem: current ? state.problem : undefined,
    loading: path !== undefined && !current,
    again,
  }
}

export const useAsked = <A>(path: string | undefined): Asked<A> => {
  const { source, status } = useShown()
  return useAnswer<A>(path, source, status)
}
