/**
 * Path → route template, so that requests of one kind stand together: `/orders/1234/items` → `/orders/{id}/items`.
 * Pure. The probe sees at most 64 bytes of the path; what was cut is shown as `*`.
 */
const DIGITS = /^\d+$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
/** Object ids, hashes: at least 16 hex digits, one of them a decimal one, so that no word is meant. */
const LONG_HEX = /^(?=.*\d)[0-9a-f]{16,}$/i;

export const OTHER_ROUTE = 'other';
/** Routes per service. More would make a label of what is no label. */
export const MAXIMUM_ROUTES = 200;

export function routeTemplate(path: string, cut: boolean): string {
  if (path === '') return '/';
  const segments = path.split('/').map((segment) => (isId(segment) ? '{id}' : segment));
  if (cut) segments[segments.length - 1] = '*';
  return segments.join('/');
}

const isId = (segment: string): boolean => DIGITS.test(segment) || UUID.test(segment) || LONG_HEX.test(segment);

/** Remembers the first `maximum` templates; every further one is `other`. */
export function createRouter(maximum: number = MAXIMUM_ROUTES): (path: string, cut: boolean) => string {
  const known = new Set<string>();
  return (path, cut) => {
    const route = routeTemplate(path, cut);
    if (known.has(route)) return route;
    if (known.size >= maximum) return OTHER_ROUTE;
    known.add(route);
    return route;
  };
}
