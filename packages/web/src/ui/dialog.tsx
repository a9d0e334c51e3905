import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactElement, ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';

type DialogProps = {
  isOpen: boolean;
  /** Without it the dialog cannot be left by itself. */
  onClose?: (() => void) | undefined;
  title: string;
  /** centre: a small question; side: a sheet at the right edge, the whole screen on a phone. */
  place?: 'centre' | 'side';
  children: ReactNode;
};

/** A window before the page. Keyboard and screen reader stay in it until it is closed. */
export function Dialog({ isOpen, onClose, title, place = 'centre', children }: DialogProps): ReactElement {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose?.()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={classes(styles.popup, place === 'side' ? styles.side : styles.centre)}>
          <header className={styles.header}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            {onClose && <IconButton label="Close" icon="close" size="small" onClick={onClose} />}
          </header>
          {/* What scrolls must be reachable by keyboard. */}
          <div className={styles.body} tabIndex={place === 'side' ? 0 : undefined}>
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The row of buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }): ReactElement {
  return <div className={styles.actions}>{children}</div>;
}
