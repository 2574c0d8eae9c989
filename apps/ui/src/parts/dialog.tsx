import { useEffect, useRef, type MouseEvent, type ReactNode } from 'react';

interface DialogProps {
  readonly label: string;
  readonly className: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The browser's own dialog: it holds the focus, closes by Escape or a click beside it, and gives the focus back. */
export function Dialog({ label, className, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => element?.close();
  }, []);
  const onClick = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  const onCancel = (event: { readonly preventDefault: () => void }): void => {
    // The page decides what is shown; a dialog closed behind its back would not come again.
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={dialog} className={`dialog ${className}`} aria-label={label} onCancel={onCancel} onClick={onClick}>
      {children}
    </dialog>
  );
}
