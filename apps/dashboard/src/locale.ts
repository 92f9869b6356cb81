/**
 * The reader's locale. Imported before anything else: uPlot formats a number by `navigator.language` as soon as it is
 * loaded, and an empty window is all that would come of a language that is none.
 */
import { localeOf } from "./model/locale.ts"

export const locale = localeOf(navigator.languages)

if (localeOf([navigator.language]) !== navigator.language)
  Object.defineProperty(navigator, "language", { value: locale, configurable: true })
