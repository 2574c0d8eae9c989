const WORDS: Readonly<Record<string, { readonly sign: string; readonly text: string; readonly tone: string }>> = {
  contention: { sign: '◆', text: 'lock contention', tone: 'hot' },
  unexplained: { sign: '◇', text: 'not explained by locks', tone: 'calm' },
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
