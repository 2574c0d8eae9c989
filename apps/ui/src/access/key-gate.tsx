import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useAccess, useKey, useRefusal } from '../api/use-access.ts';
import { KeyDialog } from './key-dialog.tsx';

/** In the header: asks when a key is missing, and forgets the one that is kept. */
export function KeyGate() {
  const { forget } = useAccess();
  const key = useKey();
  const refusal = useRefusal();
  const [isPutOff, setIsPutOff] = useState(false);
  useEffect(() => setIsPutOff(false), [key]);
  return (
    <>
      {refusal !== undefined && (
        <Button className="primary" size="compact-xs" onClick={() => setIsPutOff(false)}>
          Key needed
        </Button>
      )}
      {key !== undefined && (
        <Button variant="default" size="compact-xs" onClick={forget}>
          Forget key
        </Button>
      )}
      {refusal !== undefined && !isPutOff && <KeyDialog refusal={refusal} onClose={() => setIsPutOff(true)} />}
    </>
  );
}
