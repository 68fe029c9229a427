/** Something the person running this may want to know, and nobody has to act on: the same as the core's `note` effect. */
export type Note = (text: string, about?: Record<string, string | number>) => void
