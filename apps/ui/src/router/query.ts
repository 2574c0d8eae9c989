/** The part of the state that is in the address after `?`. Pure. */
import { pathOf, type Page } from './pages.ts';

export type QueryValues = Readonly<Record<string, string | undefined>>;

/** Later values of a repeated name win; empty ones count as absent. */
export function readQuery(search: string): QueryValues {
  return Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== ''));
}

/** Absent and empty values are left out, so that the shortest address says the same. */
export function writeQuery(values: QueryValues): string {
  const given = Object.entries(values).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  const text = new URLSearchParams(given).toString();
  return text === '' ? '' : `?${text}`;
}

export const hrefOf = (page: Page, values: QueryValues = {}): string => `${pathOf(page)}${writeQuery(values)}`;
