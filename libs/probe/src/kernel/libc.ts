/**
 * The few libc functions the probes need, through FFI: no native build, no libbpf.
 * Handed down as a value, never a singleton; each thread opens its own.
 */
import koffi from 'koffi';

export interface Libc {
  /** bpf(2); −1 on failure, then `lastError` tells why */
  readonly bpf: (command: number, attribute: bigint, sizeBytes: number) => number;
  /** name of errno after a failed call, e.g. EPERM */
  readonly lastError: () => string;
  readonly map: (fd: number, offset: number, sizeBytes: number, access: 'read' | 'read-write') => bigint | undefined;
  readonly unmap: (address: bigint, sizeBytes: number) => void;
  readonly close: (fd: number) => void;
  /** on another thread: closing a uprobe link waits 30–60 ms for readers of the kernel's list to leave */
  readonly closeAsync: (fd: number) => Promise<void>;
  readonly allocate: (sizeBytes: number) => bigint;
  readonly free: (address: bigint) => void;
  /** memory at an address, not copied; valid until it is freed or unmapped */
  readonly view: (address: bigint, sizeBytes: number) => ArrayBuffer;
  readonly pageBytes: number;
}

/** include/uapi/asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl */
const SYS_BPF = { x64: 321, arm64: 280 };
const SC_PAGESIZE = 30;
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
/** (void *) −1 */
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

export function openLibc(): Libc {
  const library = koffi.load('libc.so.6');
  const syscall = library.func('long syscall(long number, long command, uint64_t attribute, ulong size)');
  const mmap = library.func('uint64_t mmap(void *address, size_t length, int access, int flags, int fd, long offset)');
  const munmap = library.func('int munmap(uint64_t address, size_t length)');
  const close = library.func('int close(int fd)');
  const sysconf = library.func('long sysconf(int name)');
  const number = process.arch === 'arm64' ? SYS_BPF.arm64 : SYS_BPF.x64;
  return {
    bpf: (command, attribute, sizeBytes) => Number(syscall(number, command, attribute, sizeBytes)),
    lastError: () => errorName(koffi.errno()),
    map: (fd, offset, sizeBytes, access) => {
      const wanted = access === 'read' ? PROT_READ : PROT_READ | PROT_WRITE;
      const address = BigInt(mmap(null, sizeBytes, wanted, MAP_SHARED, fd, offset));
      return address === MAP_FAILED ? undefined : address;
    },
    unmap: (address, sizeBytes) => void munmap(address, sizeBytes),
    close: (fd) => void close(fd),
    closeAsync: (fd) =>
      new Promise((resolve, reject) => {
        close.async(fd, (error: Error | null) => (error === null ? resolve() : reject(error)));
      }),
    allocate: (sizeBytes) => koffi.address(koffi.alloc('uint8_t', sizeBytes)),
    free: (address) => koffi.free(address),
    view: (address, sizeBytes) => koffi.view(address, sizeBytes),
    pageBytes: Number(sysconf(SC_PAGESIZE)),
  };
}

function errorName(errno: number): string {
  const found = Object.entries(koffi.os.errno).find(([, value]) => value === errno);
  return found?.[0] ?? `errno ${errno}`;
}
