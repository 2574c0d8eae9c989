/** The key, out of a variable or a file. Pure; a message never holds it. */
import { MapscopeError, keyPrefix } from '@mapscope/events';

/** The line of it that is a key: "npm run key -- create" prints words beside it. */
export function keyOf(text: string | undefined, origin: string): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const key = text.split(/\s+/).find((word) => keyPrefix(word) !== undefined);
  if (key !== undefined) return key;
  throw new MapscopeError(
    'CONFIG_INVALID',
    `${origin} holds no key: a key looks like msk_…_…; make one with "npm run key -- create --scope read"`,
  );
}
