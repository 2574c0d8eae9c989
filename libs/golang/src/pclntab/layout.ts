/**
 * Where the fields stand, by Go version. Read in each version's own source: src/runtime/runtime2.go (_func),
 * symtab.go and symtabinl.go (moduledata, inlinedCall), internal/abi/symtab.go (magics).
 */
import { MapscopeError } from '@mapscope/events';
import type { GoVersion } from '../buildinfo/go-version.ts';

export interface PclnLayout {
  readonly magic: number;
  /** sizeof(_func): pcdata offsets follow; its last byte is nfuncdata. 1.20 added startLine */
  readonly funcSize: number;
  /** sizeof(inlinedCall). until 1.19: {parent i16, funcID u8, pad, file i32, line i32, func i32, parentPc i32};
   *  since 1.20: {funcID u8, pad[3], nameOff i32, parentPc i32, startLine i32} */
  readonly inlinedCallSize: number;
  readonly inlinedNameOffset: number;
  readonly inlinedParentPcOffset: number;
  /** moduledata.gofunc, the base of all FUNCDATA offsets. 1.20 added covctrs, 1.27 typedesclen and the itab range */
  readonly gofuncOffset: number;
  /** moduledata.types, the base of all name offsets in type descriptors */
  readonly typesOffset: number;
}

/** "PCLnTabMagic value used in Go 1.18 through Go 1.19" / "in Go 1.20 and later" (internal/abi/symtab.go, Go 1.27). */
export const MAGIC_1_18 = 0xfffffff0;
export const MAGIC_1_20 = 0xfffffff1;
/** Go 1.16–1.17 and Go 1.2–1.15: recognised only to say what is wrong. */
export const OLD_MAGICS: readonly number[] = [0xfffffffa, 0xfffffffb];

const CALL_1_19 = { inlinedCallSize: 20, inlinedNameOffset: 12, inlinedParentPcOffset: 16 };
const CALL_1_20 = { inlinedCallSize: 16, inlinedNameOffset: 4, inlinedParentPcOffset: 8 };
const GO_1_19: PclnLayout = { magic: MAGIC_1_18, funcSize: 40, ...CALL_1_19, gofuncOffset: 304, typesOffset: 280 };
const GO_1_20: PclnLayout = { magic: MAGIC_1_20, funcSize: 44, ...CALL_1_20, gofuncOffset: 320, typesOffset: 296 };
const GO_1_27: PclnLayout = { ...GO_1_20, gofuncOffset: 344 };

/** undefined for an older Go, which was not looked at, and for a newer one, which may have moved anything. */
export function knownLayout({ major, minor }: GoVersion): PclnLayout | undefined {
  if (major === 1 && minor === 19) return GO_1_19;
  if (major === 1 && minor >= 20 && minor <= 26) return GO_1_20;
  return major === 1 && minor === 27 ? GO_1_27 : undefined;
}

export function pclnLayout(version: GoVersion): PclnLayout {
  const { text } = version;
  const known = knownLayout(version);
  if (known !== undefined) return known;
  const message = `the program was built with ${text}; supported are Go 1.19 to 1.27, and newer ones with readable DWARF: build it with one of these, without -ldflags=-w, or use a newer Mapscope`;
  throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goVersion: text } });
}
