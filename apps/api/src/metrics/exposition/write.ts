/**
 * Writes families in Prometheus' text format 0.0.4 or in OpenMetrics 1.0, which alone has exemplars. Pure.
 *
 *   # TYPE go_mutex_wait_duration_seconds histogram
 *   go_mutex_wait_duration_seconds_bucket{service_name="order",le="0.1"} 12 # {trace_id="…"} 0.087 1795000000.125
 */
import type { Exemplar, Family, HistogramSample, Labels } from './family.ts';

export type Format = 'text' | 'openmetrics';

export const writeFamilies = (families: readonly Family[], format: Format): string =>
  families.map((family) => `${[...head(family, format), ...lines(family, format)].join('\n')}\n`).join('');

/** In OpenMetrics the metadata of a counter goes by its name without _total. */
function head({ name, help, type }: Family, format: Format): readonly string[] {
  const named = type === 'counter' && format === 'text' ? `${name}_total` : name;
  return [`# HELP ${named} ${escapeHelp(help)}`, `# TYPE ${named} ${type}`];
}

function lines(family: Family, format: Format): readonly string[] {
  const { name } = family;
  switch (family.type) {
    case 'gauge':
      return family.samples.map(({ labels, value }) => `${name}${labelText(labels)} ${numberText(value)}`);
    case 'counter':
      return family.samples.map(({ labels, value }) => `${name}_total${labelText(labels)} ${numberText(value)}`);
    case 'histogram':
      return family.samples.flatMap((sample) => histogramLines(name, family.bounds, sample, format));
    default:
      return family satisfies never;
  }
}

function histogramLines(name: string, bounds: readonly number[], sample: HistogramSample, format: Format): string[] {
  const { labels, count, sum, within, exemplars } = sample;
  const bucket = (le: string, value: number, index: number): string => {
    const exemplar = format === 'openmetrics' ? exemplars.get(index) : undefined;
    return `${name}_bucket${labelText({ ...labels, le })} ${value}${exemplar === undefined ? '' : exemplarText(exemplar)}`;
  };
  return [
    ...bounds.map((bound, index) => bucket(numberText(bound), within[index] ?? 0, index)),
    bucket('+Inf', count, bounds.length),
    `${name}_sum${labelText(labels)} ${numberText(sum)}`,
    `${name}_count${labelText(labels)} ${count}`,
  ];
}

const exemplarText = ({ traceId, value, unixSeconds }: Exemplar): string =>
  ` # ${labelText({ trace_id: traceId })} ${numberText(value)} ${unixSeconds.toFixed(3)}`;

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
