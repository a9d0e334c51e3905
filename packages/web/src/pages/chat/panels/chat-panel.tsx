import { lazy, type ReactElement, Suspense } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { useMediaQuery } from '../../../ui/use-media-query.ts';
import styles from './chat-panel.module.css';
import { type PanelProps, panels } from './panel.ts';

type ChatPanelProps = PanelProps & { panel: string | null; onClose: () => void };

const loaded = new Map(
  panels.map(({ id, load }) => [id, lazy(async () => ({ default: (await load()).Panel }))] as const),
);

/** The panel that is open: a column where there is room, else a window. */
export function ChatPanel({ panel: id, onClose, ...props }: ChatPanelProps): ReactElement | null {
  const hasRoom = useMediaQuery('(min-width: 1100px)');
  const panel = panels.find((each) => each.id === id);
  const Body = id === null ? undefined : loaded.get(id);
  if (!panel || !Body) return null;
  const body = (
    <Suspense>
      <Body {...props} />
    </Suspense>
  );
  if (!hasRoom)
    return (
      <Dialog isOpen title={panel.title} place="side" onClose={onClose}>
        {body}
      </Dialog>
    );
  return (
    <section className={styles.panel} aria-label={panel.title}>
      <header className={styles.header}>
        <h2 className={styles.title}>{panel.title}</h2>
        <IconButton label={`Close ${panel.title.toLowerCase()}`} icon="close" size="small" onClick={onClose} />
      </header>
      <div className={styles.body}>{body}</div>
    </section>
  );
}
