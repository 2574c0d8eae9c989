/** A dashboard: its panels in reading order on Grafana's grid, and the choice of services above them. Pure. */
import { heightOf, type Panel, panelJson, type Place, SOURCES } from './panel.ts';

export interface Dashboard {
  /** also the name of the file; links to dashboards hold it, so it never changes */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
}

const COLUMNS = 24;

/** Left to right; a panel that no longer fits begins the next row, below the highest of this one. */
export function placesOf(panels: readonly Panel[]): readonly Place[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map((panel) => {
    if (x + panel.width > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const place = { x, y };
    x += panel.width;
    rowHeight = Math.max(rowHeight, heightOf(panel));
    return place;
  });
}

/** No allValue: "All" is then the list of them, which both PromQL's =~ and SQL's IN can read. */
const SERVICE = {
  name: 'service',
  label: 'Service',
  type: 'query',
  datasource: SOURCES.prometheus,
  query: { qryType: 1, query: 'label_values(mapscope_probes_attached, service_name)', refId: 'services' },
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  current: { text: ['All'], value: ['$__all'] },
};

export function dashboardJson({ uid, title, description, panels }: Dashboard) {
  const places = placesOf(panels);
  return {
    uid,
    title,
    description,
    tags: ['mapscope'],
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    links: [{ title: 'Mapscope', type: 'dashboards', tags: ['mapscope'], asDropdown: false, keepTime: true }],
    templating: { list: [SERVICE] },
    panels: panels.map((panel, index) => panelJson(panel, index + 1, places[index] ?? { x: 0, y: 0 })),
  };
}
