import type { StatusAnswer } from '@mapscope/contract';
import { replayOf } from '../status/status-view.ts';

/** A recording must never be taken for what happens now. */
export function ReplayBanner({ status }: { readonly status: StatusAnswer | undefined }) {
  if (replayOf(status) === undefined) return null;
  return (
    <p className="banner" role="status">
      <span aria-hidden="true">↺</span> Replay of a recorded run: nothing here happens now.
    </p>
  );
}
