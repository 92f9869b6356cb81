import { link } from "../model/address.ts"
import { visible } from "../model/words.ts"
import { Empty } from "../parts/states.tsx"
import { Heading } from "../parts/heading.tsx"

export const Missing = ({ what, name }: { readonly what: string; readonly name: string }) => (
  <>
    <Heading title="Not found" />
    <Empty title={`There is no ${what} “${visible(name)}”.`}>
      <a href={link("")}>Go to today’s figures</a>
    </Empty>
  </>
)
