/** Go's function names: `path/of/package.(*Type).Method[go.shape.int]`. Pure. */

/** The import path of the package a function belongs to: "net/http", "runtime", "internal/sync". */
export function packageOf(functionName: string): string {
  // Type arguments and receivers contain dots and slashes of their own.
  const end = functionName.search(/[([]/);
  const plain = end < 0 ? functionName : functionName.slice(0, end);
  const slash = plain.lastIndexOf('/');
  const dot = plain.indexOf('.', slash + 1);
  return dot < 0 ? plain : plain.slice(0, dot);
}

/** Packages that implement waiting: a frame in them is never "the line that asked for the lock". */
const MACHINERY = new Set(['runtime', 'sync', 'internal/sync', 'sync/atomic']);
const MACHINERY_PREFIXES = ['internal/runtime/', 'runtime/internal/'];
/** Bodies in runtime of functions that other packages declare (go:linkname): internal/poll.runtime_Semacquire. */
const RUNTIME_BODY = /\.runtime_\w+$/;
/** Go 1.27's linker keeps one of several equal closures, and drops its package: this one wakes goroutines. */
const SHARED_CLOSURE = '_.goready.func1';

export function isMachinery(functionName: string): boolean {
  const name = packageOf(functionName);
  return (
    functionName === SHARED_CLOSURE ||
    RUNTIME_BODY.test(functionName) ||
    MACHINERY.has(name) ||
    MACHINERY_PREFIXES.some((prefix) => name.startsWith(prefix))
  );
}
