/**
 * Services as a picture: who calls stands left of who is called. Pure.
 *
 *   bazaar ──► stock ──► ledger       column = the longest way from a service that nobody calls; a circle is cut where it
 *      └─────► mail:25                closes. Within a column each stands at the height of those who call it.
 */
import type { ServiceMapAnswer } from '@mapscope/contract';

export interface Box {
  readonly id: string;
  /** undefined: a host that nobody watches */
  readonly node: ServiceMapAnswer['nodes'][number] | undefined;
  readonly x: number;
  readonly y: number;
}

export interface Arrow {
  readonly from: Box;
  readonly to: Box;
  readonly edge: ServiceMapAnswer['edges'][number];
  /** 1 … 5, by the logarithm of its calls */
  readonly weight: number;
  /** SVG path */
  readonly path: string;
}

export interface Graph {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly width: number;
  readonly height: number;
}

export const BOX = { width: 216, height: 78 } as const;
const GAP = { x: 170, y: 34 } as const;
const PAD = 8;

const targetOf = ({ target, host }: ServiceMapAnswer['edges'][number]): string => target ?? host;

export function graphOf({ nodes, edges }: Pick<ServiceMapAnswer, 'nodes' | 'edges'>): Graph {
  const known = new Map(nodes.map((node) => [node.service, node]));
  const ids = [...new Set([...known.keys(), ...edges.flatMap((edge) => [edge.service, targetOf(edge)])])];
  const columns = columnsOf(ids, edges);
  const boxes = placed(ids, columns, edges).map(({ id, x, y }): Box => ({ id, node: known.get(id), x, y }));
  const boxOf = new Map(boxes.map((box) => [box.id, box]));
  const most = Math.max(2, ...edges.map(({ calls }) => calls));
  const arrows = edges.flatMap((edge): readonly Arrow[] => {
    const [from, to] = [boxOf.get(edge.service), boxOf.get(targetOf(edge))];
    if (from === undefined || to === undefined) return [];
    const weight = 1 + Math.round((4 * Math.log(edge.calls + 1)) / Math.log(most + 1));
    return [{ from, to, edge, weight, path: pathOf(from, to) }];
  });
  return {
    boxes,
    arrows,
    width: Math.max(0, ...boxes.map(({ x }) => x)) + BOX.width + PAD,
    height: Math.max(0, ...boxes.map(({ y }) => y)) + BOX.height + PAD,
  };
}

/** The longest way to each, by walking down from those nobody calls; who is on the way already closes a circle. */
function columnsOf(ids: readonly string[], edges: ServiceMapAnswer['edges']): ReadonlyMap<string, number> {
  const columns = new Map(ids.map((id) => [id, 0]));
  const called = Map.groupBy(edges, ({ service }) => service);
  // Each round moves what is called at least one to the right; a circle would go on for ever.
  for (let round = 0; round < ids.length; round++) {
    let moved = false;
    for (const [service, own] of called) {
      for (const edge of own) {
        const [from, to] = [columns.get(service) ?? 0, columns.get(targetOf(edge)) ?? 0];
        if (targetOf(edge) === service || to > from || from + 1 >= ids.length) continue;
        columns.set(targetOf(edge), from + 1);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return compacted(columns);
}

/** Circles push columns apart: the numbers that are used, without holes. */
function compacted(columns: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const used = [...new Set(columns.values())].toSorted((a, b) => a - b);
  return new Map([...columns].map(([id, column]) => [id, used.indexOf(column)]));
}

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function placed(ids: readonly string[], columns: ReadonlyMap<string, number>, edges: ServiceMapAnswer['edges']) {
  const heights = new Map<string, number>();
  const callersOf = Map.groupBy(edges, targetOf);
  const byColumn = Map.groupBy(ids, (id) => columns.get(id) ?? 0);
  return [...byColumn.keys()]
    .toSorted((a, b) => a - b)
    .flatMap((column) => {
      const own = (byColumn.get(column) ?? []).map((id) => ({
        id,
        wanted: meanOf((callersOf.get(id) ?? []).flatMap(({ service }) => heights.get(service) ?? [])),
      }));
      return own
        .toSorted((a, b) => a.wanted - b.wanted || (a.id < b.id ? -1 : 1))
        .map(({ id }, row) => {
          const y = PAD + row * (BOX.height + GAP.y);
          heights.set(id, y);
          return { id, x: PAD + column * (BOX.width + GAP.x), y };
        });
    });
}

/** From the right side of one to the left side of the other; back to an earlier column, or to itself, around below. */
function pathOf(from: Box, to: Box): string {
  const [startX, startY] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [endX, endY] = [to.x, to.y + BOX.height / 2];
  if (endX > startX) {
    const bend = (endX - startX) / 2;
    return `M${startX} ${startY}C${startX + bend} ${startY} ${endX - bend} ${endY} ${endX - 7} ${endY}`;
  }
  const [left, right, low] = [to.x + BOX.width / 2, from.x + BOX.width / 2, Math.max(from.y, to.y) + BOX.height];
  return `M${right} ${from.y + BOX.height}C${right} ${low + 40} ${left} ${low + 40} ${left} ${to.y + BOX.height + 7}`;
}
