/** The task list of set-up: one line a step on stderr, with its outcome and its time. stdout stays for results. */
export type Progress = <T>(title: string, work: () => Promise<T>, outcome?: (value: T) => string) => Promise<T>;

export function progressTo(write: (line: string) => void): Progress {
  return async (title, work, outcome) => {
    const started = performance.now();
    const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    try {
      const value = await work();
      write(`  ✔ ${title}: ${outcome?.(value) ?? (typeof value === 'string' ? value : 'done')} (${seconds()})\n`);
      return value;
    } catch (error) {
      write(`  ✘ ${title} (${seconds()})\n`);
      throw error;
    }
  };
}
