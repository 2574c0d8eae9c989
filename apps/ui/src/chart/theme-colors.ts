/** A canvas knows no CSS variables; the chart's colours are read once per colour scheme. */
const NAMES = [
  'p99',
  'p50',
  'axis',
  'grid',
  'text',
  'window',
  'baseline',
  'before',
  'without',
  'brush',
  'brushFill',
] as const;
export type ChartColors = Readonly<Record<(typeof NAMES)[number], string>>;

export function readChartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  // Object.fromEntries loses the keys; NAMES are exactly those of ChartColors.
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--chart-${name.toLowerCase()}`).trim()]),
  ) as ChartColors;
}
