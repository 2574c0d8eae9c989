import type { Problem } from '@mapscope/contract';
import { createContext, useContext, useSyncExternalStore } from 'react';
import { openAccess, type Access } from './access.ts';

/** Given by main.tsx; the default is for a part that is drawn alone. */
export const AccessContext = createContext<Access>(openAccess(undefined));

export const useAccess = (): Access => useContext(AccessContext);

export function useKey(): string | undefined {
  const { subscribe, key } = useAccess();
  return useSyncExternalStore(subscribe, key);
}

export function useRefusal(): Problem | undefined {
  const { subscribe, refusal } = useAccess();
  return useSyncExternalStore(subscribe, refusal);
}
