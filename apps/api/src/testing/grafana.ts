/** The dashboards of infra/grafana as they are shipped, and what Grafana puts for variables and macros; for tests. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../infra/grafana/dashboards/', import.meta.url);

interface Target {
  readonly refId: string;
  readonly expr?: string;
  readonly rawSql?: string;
}

interface Shipped {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly query: { readonly query: string } }[] };
  readonly panels: readonly { readonly title: string; readonly targets: readonly Target[] }[];
}

export interface PanelQuery extends Target {
  /** dashboard / panel / letter of the query */
  readonly name: string;
}

const shipped = (): readonly Shipped[] =>
  // The shape is that of infra/grafana/dashboard.ts, whose test compares these files with it.
  readdirSync(FOLDER).map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Shipped);

export const panelQueries = (): readonly PanelQuery[] =>
  shipped().flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets }) =>
      targets.map((target) => ({ ...target, name: `${uid} / ${title} / ${target.refId}` })),
    ),
  );

/** label_values(metric, label) of the variables, as [metric, label] */
export const variableLabels = (): readonly (readonly [string, string])[] =>
  shipped().flatMap(({ templating }) =>
    templating.list.map(({ query }) => {
      const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(query.query) ?? [];
      if (metric === undefined || label === undefined) throw new Error(`not a label_values query: ${query.query}`);
      return [metric, label] as const;
    }),
  );

/** $__rate_interval: what Grafana takes for a range of a few hours. */
export const promqlOf = (expr: string, service: string): string =>
  expr.replaceAll('$service', service).replaceAll('$__rate_interval', '5m');

/** As grafana/clickhouse-datasource does (pkg/macros/macros.go): whole seconds of unix time. */
export function sqlOf(rawSql: string, service: string, [from, to]: readonly [number, number]): string {
  return rawSql
    .replaceAll('${service:singlequote}', `'${service}'`)
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= toDateTime(${from}) AND $1 <= toDateTime(${to})`)
    .replaceAll(/\$__timeInterval\((\w+)\)/g, 'toStartOfInterval(toDateTime($1), INTERVAL 15 second)')
    .replaceAll('$__fromTime', `toDateTime(${from})`)
    .replaceAll('$__toTime', `toDateTime(${to})`);
}
