/**
 * The words of mapscope.wanted.v1 as far as the kill switch needs them. Pure. The whole language is libs/rollout's.
 */
export function mustStop(service: string): (json: string | null, nowUnixMillis: number) => boolean {
  return (json, nowUnixMillis) => {
    if (json === null) return false;
    const wanted = parse(json);
    if (wanted.service !== service) return false;
    return wanted.state === 'off' || (wanted.expiresUnixMillis !== null && nowUnixMillis >= wanted.expiresUnixMillis);
  };
}

interface Wanted {
  readonly service: string;
  readonly state: 'on' | 'off';
  readonly expiresUnixMillis: number | null;
}

function parse(json: string): Wanted {
  const value: unknown = JSON.parse(json);
  const field = (name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  const [service, state, expires] = [field('service'), field('state'), field('expiresUnixMillis') ?? null];
  if (
    typeof service !== 'string' ||
    (state !== 'on' && state !== 'off') ||
    (expires !== null && typeof expires !== 'number')
  ) {
    throw new SyntaxError(`not a wish: ${json.slice(0, 200)}`);
  }
  return { service, state, expiresUnixMillis: expires };
}
