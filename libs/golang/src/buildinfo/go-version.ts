/** Go's version texts: "go1.24.4", "go1.27rc1", "go1.24.4 X:noswissmap", "devel go1.27-0f1e2d", "go1.22.1 (Red Hat …)". */
export interface GoVersion {
  /** as the toolchain wrote it */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  /** 0 where none is written (go1.21, release candidates, development builds) */
  readonly patch: number;
}

const VERSION = /\bgo(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?/;

export function parseGoVersion(text: string): GoVersion | undefined {
  const found = VERSION.exec(text);
  if (found === null) return undefined;
  return { text, major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3] ?? 0) };
}
