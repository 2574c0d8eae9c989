/** A canvas knows no CSS variables: the colours are read once per colour scheme. */
import type { TimelineColors } from './draw.ts';
import { TONES, type Tone } from './states.ts';

export function readTimelineColors(): TimelineColors {
  const style = getComputedStyle(document.documentElement);
  const colorOf = (name: string): string => style.getPropertyValue(`--chart-${name}`).trim();
  // Object.fromEntries loses the keys; TONES are all of them.
  const tones = Object.fromEntries(TONES.map((tone) => [tone, colorOf(`go-${tone}`)])) as Record<Tone, string>;
  return {
    tones,
    text: colorOf('axis'),
    grid: colorOf('grid'),
    mixed: colorOf('go-mixed'),
    chosen: colorOf('p50'),
    crash: colorOf('p99'),
    back: colorOf('mark'),
  };
}
