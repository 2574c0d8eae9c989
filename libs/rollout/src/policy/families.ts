/** The probe families a policy may name: those of libs/probe, which is loaded only where it runs (a test of the agent compares). */
export const FAMILIES = ['lock', 'http', 'trace', 'client', 'fatal', 'gc', 'map', 'syncmap', 'goroutine'] as const;
