/** A run by the time at which it began, and the way to its page where there is one: a report holds few of them. */
import { useShown } from "../context.ts"
import { link } from "../model/address.ts"
import { moment } from "../model/words.ts"

export const RunLink = ({ runId, started }: { readonly runId: string; readonly started: string }) => {
  const { source, locale } = useShown()
  const words = moment(started, locale)
  return source.has(`/api/runs/${runId}`) ? <a href={link("files", runId)}>{words}</a> : words
}
