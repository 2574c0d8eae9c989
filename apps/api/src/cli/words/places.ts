/** Lines of source as a terminal shows them. Pure. */
import type { CodeSiteJson } from '@mapscope/contract';

/** `main.(*Cache).Get cache.go:42`; a package's path and the folders of a file say less than they take. */
export function place(site: CodeSiteJson | null | undefined): string {
  if (site === null || site === undefined || site.function === '') return '(no readable stack)';
  return site.file === '' ? shortFunction(site.function) : `${shortFunction(site.function)} ${fileLine(site)}`;
}

/** `example.com/shop/cache.(*Cache).Get` → `cache.(*Cache).Get` */
export const shortFunction = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The file with its folder: `cache/cache.go:42` */
export function fileLine({ file, line }: Pick<CodeSiteJson, 'file' | 'line'>): string {
  return `${file.split('/').slice(-2).join('/')}:${line}`;
}
