import type { CodeSiteJson } from '@mapscope/contract';
import { fileLine, fullPlace, isKnown, shortFunction } from '../format/code-place.ts';

interface CodeSiteProps {
  readonly site: CodeSiteJson | null | undefined;
  /** says what is known instead */
  readonly unknown?: string;
}

/** A line of source in two lines of text; the whole names are in the title. */
export function CodeSite({ site, unknown = 'stack not readable' }: CodeSiteProps) {
  if (!isKnown(site)) return <span className="dim">{unknown}</span>;
  return (
    <span className="site" title={fullPlace(site)}>
      <span className="site-function">{shortFunction(site.function)}</span>
      <span className="site-line">{fileLine(site)}</span>
    </span>
  );
}
