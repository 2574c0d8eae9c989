import { Button, CopyButton } from '@mantine/core';

/** navigator.clipboard exists only on https and localhost; elsewhere the text can be selected. */
const canCopy = (): boolean => globalThis.isSecureContext;

export function CopyCommand({ command }: { readonly command: string }) {
  return (
    <div className="command">
      <code>{command}</code>
      {canCopy() && (
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy} aria-live="polite">
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      )}
    </div>
  );
}
