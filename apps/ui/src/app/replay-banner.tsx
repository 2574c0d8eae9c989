import type { StatusAnswer } from '@mapscope/contract';
import { replayWords } from '../status/status-view.ts';

/** A recording must never be taken for what happens now. */
export function ReplayBanner({ status }: { readonly status: StatusAnswer | undefined }) {
  const words = replayWords(status?.replay);
  if (words === undefined) return null;
  return (
    <p className="banner" role="status">
      <span aria-hidden="true">↺</span> {words}
    </p>
  );
}
