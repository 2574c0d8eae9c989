/**
 * A panel as one writes it down, and the JSON that Grafana reads (schema version 39, Grafana 11; read by later ones). Two
 * kinds of queries: PromQL, and SQL with the macros of grafana-clickhouse-datasource ($__timeFilter, $__timeInterval).
 */

export const SOURCES = {
  prometheus: { type: 'prometheus', uid: 'mapscope-prometheus' },
  clickhouse: { type: 'grafana-clickhouse-datasource', uid: 'mapscope-clickhouse' },
  jaeger: { type: 'jaeger', uid: 'mapscope-jaeger' },
} as const;

/** Units of Grafana: packages/grafana-data, valueFormats/categories.ts. */
export type Unit = 's' | 'ns' | 'percentunit' | 'short' | 'cps' | 'reqps';
export type Look = 'timeseries' | 'stat' | 'table';

export interface PromQuery {
  readonly promql: string;
  /** with labels in braces: `{{service_name}}` */
  readonly legend: string;
}

export interface SqlQuery {
  readonly sql: string;
}

export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly look: Look;
  readonly unit: Unit;
  /** of the 24 columns of a dashboard */
  readonly width: 6 | 8 | 12 | 24;
  readonly queries: readonly [PromQuery | SqlQuery, ...(PromQuery | SqlQuery)[]];
  /** of a table: units of columns that are not short numbers or words */
  readonly columns?: Readonly<Record<string, Unit>>;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Rows of the grid, 30 pixels each. */
export const heightOf = ({ look }: Panel): number => (look === 'stat' ? 4 : 9);

const sourceOf = (query: PromQuery | SqlQuery) => ('sql' in query ? SOURCES.clickhouse : SOURCES.prometheus);

function target(query: PromQuery | SqlQuery, index: number, look: Look) {
  const refId = String.fromCodePoint(65 + index);
  const datasource = sourceOf(query);
  if ('promql' in query) {
    const instant = look !== 'timeseries';
    return { refId, datasource, expr: query.promql, legendFormat: query.legend, instant, range: !instant };
  }
  // format: 0 is a time series, 1 a table (grafana/clickhouse-datasource, src/types/queryBuilder.ts)
  const [queryType, format] = look === 'timeseries' ? (['timeseries', 0] as const) : (['table', 1] as const);
  return { refId, datasource, editorType: 'sql', queryType, format, rawSql: query.sql };
}

const overrides = (columns: Readonly<Record<string, Unit>>) =>
  Object.entries(columns).map(([name, value]) => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'unit', value }],
  }));

export function panelJson(panel: Panel, id: number, { x, y }: Place) {
  const { title, description, look, unit, width, queries, columns = {} } = panel;
  return {
    id,
    type: look,
    title,
    description,
    datasource: sourceOf(queries[0]),
    gridPos: { x, y, w: width, h: heightOf(panel) },
    fieldConfig: { defaults: { unit }, overrides: overrides(columns) },
    targets: queries.map((query, index) => target(query, index, look)),
  };
}
