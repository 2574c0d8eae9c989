/** The host a request went to, as a label: a bounded number of them, and marked where the probe saw only its beginning. */
export const OTHER_HOST = 'other';
/** Hosts per service. More is a crawler, whose hosts are no label. */
export const MAXIMUM_HOSTS = 200;

export interface SeenHost {
  readonly text: string;
  /** longer than the probe reads */
  readonly cut: boolean;
}

/** Keeps the first hosts it sees; later ones are `other`. Host names are not case sensitive (RFC 9110, 4.2.3). */
export function createHosts(): (seen: SeenHost) => string {
  const known = new Set<string>();
  return ({ text, cut }) => {
    const host = `${text.toLowerCase()}${cut ? '…' : ''}`;
    if (known.has(host)) return host;
    if (known.size >= MAXIMUM_HOSTS) return OTHER_HOST;
    known.add(host);
    return host;
  };
}
