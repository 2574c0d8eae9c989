/** The committed BPF object of a CPU: same C sources, other registers (bpf/registers.h). */

/** By process.arch: what Go, and our folders, call it. */
const ARCHS = { x64: 'amd64', arm64: 'arm64' } as const;
export type ObjectArch = (typeof ARCHS)[keyof typeof ARCHS];

/** undefined: there is no object for such a CPU */
export function objectArch(processArch: string): ObjectArch | undefined {
  return processArch === 'x64' || processArch === 'arm64' ? ARCHS[processArch] : undefined;
}

/** The same place seen from src/ and from dist/. */
export const objectFile = (arch: ObjectArch): URL => new URL(`../../bpf/${arch}/mapscope.bpf.o`, import.meta.url);
