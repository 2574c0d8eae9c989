const WORDS: Readonly<Record<string, { readonly sign: string; readonly text: string; readonly tone: string }>> = {
  contention: { sign: '◆', text: 'lock contention', tone: 'hot' },
  'rw-writer-pending': { sign: '◆', text: 'readers behind a waiting writer', tone: 'hot' },
  'hot-shard': { sign: '◆', text: 'one hot lock of many', tone: 'hot' },
  'map-conflict': { sign: '◆', text: 'concurrent map access', tone: 'hot' },
  gc: { sign: '◆', text: 'garbage collection', tone: 'hot' },
  scheduler: { sign: '◆', text: 'too little CPU', tone: 'hot' },
  channel: { sign: '◆', text: 'waiting on a channel', tone: 'hot' },
  downstream: { sign: '◆', text: 'slow downstream', tone: 'hot' },
  cpu: { sign: '◆', text: 'computing', tone: 'hot' },
  unexplained: { sign: '◇', text: 'not explained', tone: 'calm' },
  'too-little-evidence': { sign: '…', text: 'too little evidence', tone: 'faint' },
};
const NOT_JUDGED = { sign: '?', text: 'not judged yet', tone: 'faint' };

export function VerdictBadge({ verdict }: { readonly verdict: string | null }) {
  const { sign, text, tone } = verdict === null ? NOT_JUDGED : (WORDS[verdict] ?? { ...NOT_JUDGED, text: verdict });
  return (
    <span className={`badge badge-${tone}`}>
      <span aria-hidden="true">{sign}</span> {text}
    </span>
  );
}
