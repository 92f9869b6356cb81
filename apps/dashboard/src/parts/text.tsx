/** Text that somebody sent: kept apart from what stands around it, whatever direction it is written in. */
import { visible } from "../model/words.ts"

export const Sent = ({
  text,
  kind,
}: {
  readonly text: string
  readonly kind?: "named" | "path" | "value" | "soft"
}) => <bdi class={kind}>{visible(text)}</bdi>
