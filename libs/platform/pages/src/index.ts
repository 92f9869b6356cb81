export { pagesOf } from "./compile.ts"
export {
  type DatasetPage,
  type Dimension,
  type Format,
  type KpiPage,
  type Measure,
  type Names,
  type PageColumn,
  Pages,
  type Total,
} from "./page.ts"
