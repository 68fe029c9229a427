import { strings } from './strings.ts'

/** The value of `--heat`: two decimals, so that a breath of change redraws nothing. */
export function heatValue(heat: number): string {
  return (Number.isFinite(heat) ? Math.min(Math.max(heat, 0), 1) : 0).toFixed(2)
}

/** Which of the six steps of warmth this is: the bounds are .05, .2, .4, .6 and .8. */
export function heatStep(heat: number): 0 | 1 | 2 | 3 | 4 | 5 {
  if (!(heat >= 0.05)) return 0
  if (heat < 0.2) return 1
  if (heat < 0.4) return 2
  if (heat < 0.6) return 3
  return heat < 0.8 ? 4 : 5
}

/** Warmth in a word, for those who do not see the glow. */
export function heatWord(heat: number): string {
  return strings.heat.words[heatStep(heat)]
}
