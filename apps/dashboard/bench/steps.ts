/** What a reader does on the pages, step by step, and how long each takes. */
import type { Page } from "playwright-core"

/** The frame in which a step's figures stood, milliseconds after the step. */
export type Step = (page: Page, time: number) => Promise<number>

interface InPage {
  readonly watched: { readonly act: (action: () => void) => Promise<number> }
}

/** Clicks the element that this finds. */
export const click =
  (selector: string | ((time: number) => string)): Step =>
  async (page, time) => {
    const place = page.locator(typeof selector === "string" ? selector : selector(time)).first()
    return place.evaluate((element) =>
      (globalThis as unknown as InPage).watched.act(() => (element as HTMLElement).click()),
    )
  }

/** Writes into a field, or chooses of a list. */
export const put =
  (selector: string, value: (time: number) => string): Step =>
  async (page, time) =>
    page
      .locator(selector)
      .first()
      .evaluate(
        (element, text) =>
          (globalThis as unknown as InPage).watched.act(() => {
            const field = element as HTMLInputElement
            field.value = text
            for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }))
          }),
        value(time),
      )

/** Goes to an address of the page. */
export const goTo =
  (hash: (time: number) => string): Step =>
  async (page, time) =>
    page.evaluate(
      (to) =>
        (globalThis as unknown as InPage).watched.act(() => {
          location.hash = to
        }),
      hash(time),
    )
