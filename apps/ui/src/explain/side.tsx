import type { CodeSiteJson } from '@mapscope/contract';
import type { ReactNode } from 'react';
import { fileLine, fullPlace, isKnown, shortFunction } from '../format/code-place.ts';
import { TraceLink } from '../parts/trace-link.tsx';

interface SideProps {
  readonly role: 'waiter' | 'holder';
  readonly title: string;
  readonly site: CodeSiteJson | null | undefined;
  readonly unknown?: string;
  readonly children?: ReactNode;
}

/** One of those who meet in a cause: a line of source, and what it did. */
export function Side({ role, title, site, unknown = 'its stack could not be read', children }: SideProps) {
  return (
    <div className={`side side-${role}`}>
      <h3>{title}</h3>
      {isKnown(site) ? (
        <>
          <p className="side-function" title={fullPlace(site)}>
            {shortFunction(site.function)}
          </p>
          <p className="side-line">{fileLine(site)}</p>
        </>
      ) : (
        <p className="dim">{unknown}</p>
      )}
      {children !== undefined && <div className="dim small side-notes">{children}</div>}
    </div>
  );
}

/** What joins two sides, in words: "held by". */
export function Joint({ text }: { readonly text: string }) {
  return (
    <div className="blame-arrow">
      <span>{text}</span>
    </div>
  );
}

export function Exemplars({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <div className="blame-traces">
      <h3>See it in a trace</h3>
      <p>
        {ids.map((id) => (
          <TraceLink key={id} id={id} />
        ))}
      </p>
    </div>
  );
}
