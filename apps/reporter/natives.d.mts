export const placeNatives: (folder: string, options?: { readonly fetched?: boolean }) => void
