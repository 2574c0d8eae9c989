/**
 * Request → route, so that requests of one kind stand together: the pattern its handler was registered with, else a
 * template of its path: `/orders/1234/items` → `/orders/{id}/items`. Pure. The probe sees at most 64 bytes of the path;
 * what was cut is shown as `*`.
 */
import { ROUTE_SOURCES } from '@mapscope/events';

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

/**
 * net/http's grammar (pattern.go, parsePattern): [METHOD ][HOST]/[PATH]; the path is what names the route, with its
 * wildcards as they were written. It goes through the template too: ServeMux of Go 1.23–1.26 puts the request's own path
 * there when it redirects to a path with a slash. Undefined where there is no pattern, and for `/`: a router mounted
 * there takes every path, and one route for all of them would tell nothing.
 */
export function routeOfPattern(pattern: string): string | undefined {
  const path = PATTERN.exec(pattern)?.[1];
  return path === undefined || path === '/' ? undefined : routeTemplate(path, false);
}

/** No control characters: bytes that are no pattern must not become a label. */
// oxlint-disable-next-line no-control-regex -- they are what it refuses
const PATTERN = /^(?:[^\s/]+[ \t]+)?[^\s/{]*(\/[^\u0000-\u001f\u007f]*)$/;

const isId = (segment: string): boolean => DIGITS.test(segment) || UUID.test(segment) || LONG_HEX.test(segment);

export interface RoutedRequest {
  readonly path: string;
  /** the path was longer than what the probe read */
  readonly cut: boolean;
  /** '' for none */
  readonly pattern: string;
}

export interface Route {
  readonly route: string;
  /** one of ROUTE_SOURCES: a template gives way to what the service's SDK says, a pattern does not */
  readonly source: number;
}

/** Remembers the first `maximum` routes; every further one is `other`. */
export function createRouter(maximum: number = MAXIMUM_ROUTES): (request: RoutedRequest) => Route {
  const known = new Set<string>();
  return ({ path, cut, pattern }) => {
    const registered = routeOfPattern(pattern);
    const route = registered ?? routeTemplate(path, cut);
    if (!known.has(route)) {
      if (known.size >= maximum) return { route: OTHER_ROUTE, source: ROUTE_SOURCES.other };
      known.add(route);
    }
    return { route, source: registered === undefined ? ROUTE_SOURCES.template : ROUTE_SOURCES.pattern };
  };
}
