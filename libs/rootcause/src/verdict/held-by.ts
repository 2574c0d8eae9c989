/** Which requests held the lock? Those that its holder's goroutine was serving when it let go. */
import type { AccountedWindow } from '../accounting/account.ts';
import { lengthOf } from '../accounting/held-pieces.ts';
import type { HeldPiece } from '../accounting/held-pieces.ts';
import type { HeldBy } from '../answer.ts';

export function heldBy(window: AccountedWindow, pieces: readonly HeldPiece[]): HeldBy | undefined {
  const requestOf = requestsOfHolders(window, pieces);
  const perRequest = new Map<number, number>();
  for (const piece of pieces) {
    const request = requestOf(piece);
    if (request >= 0) perRequest.set(request, (perRequest.get(request) ?? 0) + piece.to - piece.from);
  }
  const perRoute = new Map<number, number>();
  for (const [request, nanos] of perRequest) {
    const route = window.cohort.route[request] ?? 0;
    perRoute.set(route, (perRoute.get(route) ?? 0) + nanos);
  }
  const [most] = [...perRoute].toSorted(([, a], [, b]) => b - a);
  if (most === undefined) return undefined;
  const [route, nanos] = most;
  const [longest] = [...perRequest]
    .filter(([request]) => window.cohort.route[request] === route)
    .toSorted(([, a], [, b]) => b - a);
  return {
    route: window.cohort.routeNames[route] ?? '',
    share: nanos / lengthOf(pieces),
    traceId: window.cohort.traceIds[longest?.[0] ?? -1] ?? '',
  };
}

/** Only requests of goroutines that let go are looked at, in one pass. */
function requestsOfHolders(
  { cohort, waits, processes, goids }: AccountedWindow,
  pieces: readonly HeldPiece[],
): (piece: HeldPiece) => number {
  const { goroutines } = waits;
  if (goroutines === undefined || goids === undefined) return () => -1;
  const holders = new Map<number, number[]>(pieces.map(({ released }) => [goroutines.holders[released] ?? 0, []]));
  holders.delete(0);
  for (let r = 0; r < cohort.count; r += 1) holders.get(goids[r] ?? 0)?.push(r);
  return ({ released, to }) =>
    (holders.get(goroutines.holders[released] ?? 0) ?? []).find((r) => {
      const begin = cohort.start[r] ?? 0;
      const isSame = (processes?.[r] ?? 0) === goroutines.processes[released];
      return isSame && begin <= to && to <= begin + (cohort.duration[r] ?? 0);
    }) ?? -1;
}
