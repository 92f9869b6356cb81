/** The Chromium that comes with npm, without its window. */
import packed from "@sparticuz/chromium"
import { type Browser, chromium } from "playwright-core"

/** What it needs to run without a window, a GPU or rights of its own. */
const args = [
  "--no-sandbox",
  "--disable-setuid-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
  "--hide-scrollbars",
  // Coloured fringes of letters would double the size of a picture.
  "--disable-lcd-text",
]

export const launch = async (): Promise<Browser> => {
  try {
    return await chromium.launch({ executablePath: await packed.executablePath(), args, headless: true })
  } catch (error) {
    const [first = ""] = String(error).split("\n")
    throw new Error(
      `No Chromium runs on this machine, so nothing can be said of the pages (${first}): run this on Linux x64, with npm's packages installed.`,
      { cause: error },
    )
  }
}
