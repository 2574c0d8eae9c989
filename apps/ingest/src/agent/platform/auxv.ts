/**
 * The auxiliary vector, /proc/PID/auxv: pairs of native words, type and value, until type 0 (getauxval(3), include/uapi/linux/auxvec.h).
 * Of arm64 it says which instructions a program may use; Go's own choice of LSE atomics rests on it (internal/cpu/
 * cpu_arm64_hwcap.go), so it outranks /proc/cpuinfo, which a container may show changed. Pure.
 */
const AT = { null: 0n, pageSize: 6n, hwcap: 16n, hwcap2: 26n } as const;

export interface Auxv {
  readonly pageBytes: number | undefined;
  readonly hwcap: bigint;
  readonly hwcap2: bigint;
}

/** Both CPUs that we run on are little-endian with words of 8 bytes. */
export function parseAuxv(bytes: Uint8Array): Auxv {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Map<bigint, bigint>();
  for (let at = 0; at + 16 <= bytes.byteLength; at += 16) {
    const type = view.getBigUint64(at, true);
    if (type === AT.null) break;
    values.set(type, view.getBigUint64(at + 8, true));
  }
  const pageBytes = Number(values.get(AT.pageSize) ?? 0n);
  return {
    pageBytes: pageBytes > 0 ? pageBytes : undefined,
    hwcap: values.get(AT.hwcap) ?? 0n,
    hwcap2: values.get(AT.hwcap2) ?? 0n,
  };
}

/** Linux arch/arm64/include/uapi/asm/hwcap.h: bit n of AT_HWCAP is HWCAP[n], in the words of /proc/cpuinfo. */
const HWCAP =
  'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm jscvt fcma lrcpc dcpop sha3 sm3 sm4 asimddp sha512 sve asimdfhm dit uscat ilrcpc flagm ssbs sb paca pacg'.split(
    ' ',
  );
const HWCAP2 =
  'dcpodp sve2 sveaes svepmull svebitperm svesha3 svesm4 flagm2 frint svei8mm svef32mm svef64mm svebf16 i8mm bf16 dgh rng bti mte ecv afp rpres mte3 sme'.split(
    ' ',
  );

export const armFeatures = ({ hwcap, hwcap2 }: Auxv): ReadonlySet<string> =>
  new Set([...namesOf(HWCAP, hwcap), ...namesOf(HWCAP2, hwcap2)]);

const namesOf = (names: readonly string[], bits: bigint): readonly string[] =>
  names.filter((_, bit) => ((bits >> BigInt(bit)) & 1n) === 1n);
