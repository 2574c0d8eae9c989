/**
 * From Prometheus' text format to OpenMetrics 1.0: counters lose `_total` in their metadata, empty lines go. The page ends
 * with `# EOF` and one newline (one more makes Prometheus drop the target), which is not written here. Pure.
 * Ours because prom-client 15.1.3 renames a registry's counters for good when it writes OpenMetrics once, and the
 * next text scrape of the same registry would then miss `_total`.
 */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
export const OPEN_METRICS_CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export function toOpenMetrics(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const counters = new Set(lines.flatMap((line) => /^# TYPE (\S+)_total counter$/.exec(line)?.[1] ?? []));
  const rename = (line: string): string =>
    line.replace(/^(# (?:HELP|TYPE) )(\S+)_total /, (whole, head: string, name: string) =>
      counters.has(name) ? `${head}${name} ` : whole,
    );
  return `${lines.map(rename).join('\n')}\n`;
}

/** Prometheus asks for OpenMetrics first and gives text a lower q; curl and browsers get text. */
export function wantsOpenMetrics(accept: string | undefined): boolean {
  return (accept ?? '')
    .split(',')
    .some((range) => /^\s*application\/openmetrics-text\b(?!.*\bq=0(\.0*)?\s*$)/.test(range));
}
