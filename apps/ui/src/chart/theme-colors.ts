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
  'mark',
] as const;
export type ChartColors = Readonly<Record<(typeof NAMES)[number], string>> & {
  /** of the cells of a heatmap, from few to many */
  readonly shades: readonly string[];
};

const SHADES = 7;

export function readChartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const colorOf = (name: string): string => style.getPropertyValue(`--chart-${name}`).trim();
  // Object.fromEntries loses the keys; NAMES are exactly those of ChartColors beside the shades.
  const named = Object.fromEntries(NAMES.map((name) => [name, colorOf(name.toLowerCase())])) as Omit<
    ChartColors,
    'shades'
  >;
  return { ...named, shades: Array.from({ length: SHADES }, (_, shade) => colorOf(`heat-${shade}`)) };
}
