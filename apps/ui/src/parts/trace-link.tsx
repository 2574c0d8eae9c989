import { isTrace, shortTrace } from '../format/code-place.ts';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';

interface TraceLinkProps {
  readonly id: string | null | undefined;
  readonly none?: string;
}

export function TraceLink({ id, none = '–' }: TraceLinkProps) {
  if (!isTrace(id)) return <span className="dim">{none}</span>;
  return (
    <Link href={hrefOf('trace', { id })} className="link mono" label={`trace ${shortTrace(id)}`}>
      {shortTrace(id)}
    </Link>
  );
}
