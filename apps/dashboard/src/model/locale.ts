/**
 * The first of the browser's languages that can format numbers: a browser may name one that is none, such as
 * `en-US@posix` on a machine without a locale.
 */
export const localeOf = (languages: ReadonlyArray<string>): string => {
  for (const language of languages)
    try {
      if (Intl.NumberFormat.supportedLocalesOf(language).length > 0) return language
    } catch {
      continue
    }
  return "en"
}
