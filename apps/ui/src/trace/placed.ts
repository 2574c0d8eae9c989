import type { Extent } from './layout.ts';

/** An extent as the style of a positioned bar. */
export const placed = ({ leftPct, widthPct }: Extent): { readonly left: string; readonly width: string } => ({
  left: `${leftPct}%`,
  width: `${widthPct}%`,
});
